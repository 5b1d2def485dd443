import type { Tables } from '../rows.ts';
import { addressingErrors, identifiers } from './addressing.ts';
import { canonical2, http2, info2 } from './documents-2.ts';
import { regionErrors, regions } from './region.ts';
import { qualitiesAndFormats, renderingErrors, rotations } from './rendering.ts';
import { sizeErrors2, sizes2 } from './size-2.ts';

/** All rows of Image API 2.1. */
export const TABLES_2: Tables = {
  images: [...regions('full'), ...sizes2, ...rotations('full'), ...qualitiesAndFormats('full'), ...identifiers('full')],
  errors: [...regionErrors('full'), ...sizeErrors2, ...renderingErrors('full'), ...addressingErrors('full')],
  canonical: canonical2,
  info: info2,
  http: http2,
};
