import { conformance } from './suite.ts';
import { TABLES_3 } from './tables/version-3.ts';

conformance(3, TABLES_3);
