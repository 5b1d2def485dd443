import { conformance } from './suite.ts';
import { TABLES_2 } from './tables/version-2.ts';

conformance(2, TABLES_2);
