// What the worker doesn't need at once, as a script of its own, which leaves its exports in `pottoLater`.
export { PARTS } from '../src/parts.ts';
export { serveAsThread } from './thread.ts';
