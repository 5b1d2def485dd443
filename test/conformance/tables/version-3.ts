import type { Tables } from '../rows.ts';
import { addressingErrors, identifiers } from './addressing.ts';
import { canonical3, http3, info3 } from './documents-3.ts';
import { regionErrors, regions } from './region.ts';
import { qualitiesAndFormats, renderingErrors, rotations } from './rendering.ts';
import { sizeErrors3, sizes3 } from './size-3.ts';

/** All rows of Image API 3.0. */
export const TABLES_3: Tables = {
  images: [...regions('max'), ...sizes3, ...rotations('max'), ...qualitiesAndFormats('max'), ...identifiers('max')],
  errors: [...regionErrors('max'), ...sizeErrors3, ...renderingErrors('max'), ...addressingErrors('max')],
  canonical: canonical3,
  info: info3,
  http: http3,
};
