import { conformance } from './suite.ts';
import { addressingErrors, identifiers } from './tables/addressing.ts';
import { canonical2, http2, info2 } from './tables/documents-2.ts';
import { regionErrors, regions } from './tables/region.ts';
import { qualitiesAndFormats, renderingErrors, rotations } from './tables/rendering.ts';
import { sizeErrors2, sizes2 } from './tables/size-2.ts';

conformance(2, {
  images: [...regions('full'), ...sizes2, ...rotations('full'), ...qualitiesAndFormats('full'), ...identifiers('full')],
  errors: [...regionErrors('full'), ...sizeErrors2, ...renderingErrors('full'), ...addressingErrors('full')],
  canonical: canonical2,
  info: info2,
  http: http2,
});
