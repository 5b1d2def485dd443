import { fileURLToPath } from 'node:url';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** What `npm run build` wrote. */
export const DIST = path('../../dist');
export const DEMO = path('../../dist/demo');
export const PROJECT = path('../..');
/** The demo's pyramids, made when they aren't there yet. */
export const PYRAMIDS = path('../../.cache/demo');
/** For looking at. */
export const SCREENSHOTS = path('../../test-results/screenshots');
