import { createAccess } from '../access/access.ts';
import { attempt } from '../cache/attempt.ts';
import type { WasmLoader } from '../codec/codec.ts';
import { withoutBody } from '../iiif/http.ts';
import type { Limits } from '../iiif/request.ts';
import { createMonitor } from '../monitoring/monitor.ts';
import { serviceOf } from '../monitoring/routes.ts';
import { namedSources } from '../monitoring/source-names.ts';
import { DEFAULT_PREFIX, type ImageServerOptions, isFinder } from '../options.ts';
import { PARTS, type Parts } from '../parts.ts';
import { createImageServerOf } from '../server.ts';
import { createBreakers } from '../source/breakers.ts';
import { httpFinder, type SourceFinder } from '../source/finder.ts';
import { OriginSlots } from '../source/origin-slots.ts';
import { cacheKey, keptAnswer, mayBeKept, type PlatformCache, platformCache } from './edge-cache.ts';
import { edgeFetch } from './edge-fetch.ts';
import { memoryIndex } from './edge-index.ts';

/** Browsers ask again after an hour, which costs a 304; the platform keeps an answer for a day. */
export const EDGE_CACHE_CONTROL = 'public, max-age=3600, s-maxage=86400';
/** Bytes that all answers which are being made may take together. An isolate has 128 MB, codecs and code among them. */
export const EDGE_MEMORY = 96 * 2 ** 20;
/** A screen full, 1.5 megapixels, which any tiled image can be made into with that memory. */
export const EDGE_LIMITS: Limits = { maxArea: 1_500_000 };

/** What can't be had at the edge is left out: other threads, a folder for the codecs, alarms after the answer. */
export type EdgeOptions = Omit<ImageServerOptions, 'wasm' | 'pool' | 'alarms' | 'monitor' | 'rasterizeText' | 'cache'>;

/** The options, or a function that makes them of the worker's environment: its variables, secrets and bindings. */
export type EdgeConfig<Env> = EdgeOptions | ((env: Env) => EdgeOptions);

/** What the runtime lends for one request. */
export interface EdgeContext {
  /** Keeps the isolate alive until the work has ended. */
  waitUntil(work: Promise<unknown>): void;
}

/** The default export of a worker in the modules format. */
export interface EdgeHandler<Env = unknown> {
  /** Never rejects but for options that can not work. */
  fetch(request: Request, env: Env, context: EdgeContext): Promise<Response>;
}

type Answer = (request: Request, context: EdgeContext) => Promise<Response>;

/** The same as `createEdgeHandler`, for a host that loads the codecs in its own way. */
export function createEdgeHandlerOf<Env>(wasm: WasmLoader, config: EdgeConfig<Env>): EdgeHandler<Env> {
  let answer: Answer | undefined;
  return {
    async fetch(request, env, context) {
      answer ??= edgeAnswers(wasm, typeof config === 'function' ? config(env) : config);
      return answer(request, context);
    },
  };
}

function edgeAnswers(wasm: WasmLoader, options: EdgeOptions): Answer {
  const { prefix = DEFAULT_PREFIX, status = false } = options;
  const serve = isolateServer(wasm, options);
  // Who may see an answer is decided for each request.
  const cache = options.authorize ? undefined : platformCache();
  return async (request, context) => {
    const answering = serve(request, context);
    const isService = status && serviceOf(request.url, prefix) !== undefined;
    const canBeKept = request.method === 'GET' || request.method === 'HEAD';
    if (!cache || isService || !canBeKept) return answering();
    const key = cacheKey(request);
    const kept = await keptAnswer(cache, key, request);
    if (kept) return kept;
    const response = await answering();
    return mayBeKept(request, response) ? keep(cache, key, response, context) : response;
  };
}

/** The answer doesn't wait until it is kept. */
async function keep(cache: PlatformCache, key: string, response: Response, context: EdgeContext): Promise<Response> {
  const { headers } = response;
  const bytes = await response.arrayBuffer();
  context.waitUntil(attempt(() => cache.put(key, new Response(bytes, { headers }))));
  return new Response(bytes, { headers });
}

/**
 * A server for each request, for the runtime lets none use what another has under way: connections, timers, streams. What
 * they share are the codecs, the indexes of images, what is known of the origins, and the counters.
 */
function isolateServer(wasm: WasmLoader, options: EdgeOptions) {
  const { sources, origins, base, deadline, credentials, onSignInNeeded, authorize, health } = options;
  const { prefix = DEFAULT_PREFIX, memory = EDGE_MEMORY, fetch = edgeFetch, status = false } = options;
  const breakers = createBreakers();
  const renderer = PARTS.createRenderer(wasm, { rasterizeText: undefined, pool: undefined, memory });
  const parts: Parts = { ...PARTS, createRenderer: () => renderer };
  const index = options.index ?? memoryIndex();
  const named = namedSources(sources, options);

  const finderOf = (): SourceFinder => {
    if (isFinder(sources)) return { find: (identifier) => sources.find(identifier), breakers };
    const provider = credentials ?? (() => undefined);
    const access = createAccess({ fetch, provider, signInNeeded: onSignInNeeded ?? (() => undefined) });
    return httpFinder(sources, { origins, base, deadline, fetch, access, breakers, slots: new OriginSlots() });
  };
  const monitor = createMonitor({
    createDesk: PARTS.createMonitorDesk,
    finder: finderOf(),
    sources: named,
    health,
  });

  return (request: Request, context: EdgeContext) => async (): Promise<Response> => {
    const service = status ? serviceOf(request.url, prefix) : undefined;
    if (service && (request.method === 'GET' || request.method === 'HEAD')) {
      const response = await monitor.answer(service, request);
      return request.method === 'HEAD' ? withoutBody(response) : response;
    }
    const { origins: _origins, base: _base, credentials: _credentials, ...rest } = options;
    const server = createImageServerOf(parts, {
      ...(authorize ? {} : { cacheControl: EDGE_CACHE_CONTROL }),
      limits: EDGE_LIMITS,
      ...rest,
      ...{ wasm, memory, fetch, index, status, sources: finderOf() },
      monitor: { sources: named },
      onAnswer(report) {
        monitor.count(report);
        options.onAnswer?.(report);
      },
    });
    return server.fetch(request, { waitUntil: (work) => context.waitUntil(work) });
  };
}
