// What the worker doesn't need at once, as a script of its own, which leaves its exports in `pottoLater`.
import type { InPagePlace } from '../src/in-page.ts';
import { PARTS } from '../src/parts.ts';
import { serveInPage as serveInPageOf } from './in-page.ts';
import type { ServeOptions } from './serve.ts';

export { WORKER_PARTS } from './parts.ts';
export { serveAsThread } from './thread.ts';
export { PARTS };

export function serveInPage(options: ServeOptions, place: InPagePlace): void {
  serveInPageOf(PARTS, options, place);
}
