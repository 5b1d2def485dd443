import { conformance } from './suite.ts';
import { addressingErrors, identifiers } from './tables/addressing.ts';
import { canonical3, http3, info3 } from './tables/documents-3.ts';
import { regionErrors, regions } from './tables/region.ts';
import { qualitiesAndFormats, renderingErrors, rotations } from './tables/rendering.ts';
import { sizeErrors3, sizes3 } from './tables/size-3.ts';

conformance(3, {
  images: [...regions('max'), ...sizes3, ...rotations('max'), ...qualitiesAndFormats('max'), ...identifiers('max')],
  errors: [...regionErrors('max'), ...sizeErrors3, ...renderingErrors('max'), ...addressingErrors('max')],
  canonical: canonical3,
  info: info3,
  http: http3,
});
