import { PARTS } from '../src/parts.ts';
import { serveInPage } from './in-page.ts';
import { placeInPage } from './in-page-place.ts';
import { WORKER_PARTS } from './parts.ts';
import { type ServeOptions, serveOf } from './serve.ts';

export type { ServeOptions };

/**
 * Makes this service worker answer IIIF Image API URLs under `prefix`, relative to its scope (default `iiif/`).
 * Every other request leaves its hands unchanged. Call it once, while the script is first evaluated.
 */
export function serve(options: ServeOptions): void {
  const place = placeInPage();
  if (place) serveInPage(PARTS, options, place);
  else serveOf(WORKER_PARTS, options);
}
