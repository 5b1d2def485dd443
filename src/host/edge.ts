import { createEdgeHandlerOf, type EdgeConfig, type EdgeHandler } from './edge-handler.ts';
import { importedWasm } from './edge-modules.ts';

export type { EdgeConfig, EdgeContext, EdgeHandler, EdgeOptions } from './edge-handler.ts';
export { EDGE_CACHE_CONTROL, EDGE_LIMITS, EDGE_MEMORY } from './edge-handler.ts';

/**
 * The image server as the default export of a worker on Cloudflare's runtime. The options may be a function of the
 * worker's environment, which is called once:
 *
 * ```ts
 * export default createEdgeHandler({ sources: 'https://scans.example.org/{id}.tif' });
 * ```
 *
 * Answers are kept in the platform's own cache for as long as `cacheControl` lets them be. Throws a TypeError with the
 * first request when an option can't work.
 */
export function createEdgeHandler<Env = unknown>(config: EdgeConfig<Env>): EdgeHandler<Env> {
  return createEdgeHandlerOf(importedWasm, config);
}
