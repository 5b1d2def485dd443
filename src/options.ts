import type { CreateAccess, PrivateAccess, SignInNeeded } from './access/access.ts';
import type { Authorize } from './access/authorization.ts';
import type { CredentialsProvider } from './access/credentials.ts';
import type { DerivativeCache } from './cache/derivatives.ts';
import type { IndexStore } from './cache/index-store.ts';
import type { WasmLoader } from './codec/codec.ts';
import type { InfoExtras } from './iiif/info.ts';
import type { Limits } from './iiif/request.ts';
import type { ImageStructure } from './image/open.ts';
import { DEFAULT_PLAIN_LIMIT } from './image/plain/plain.ts';
import { type AlarmOptions, checkAlarms } from './monitoring/alarm-book.ts';
import type { MonitorOptions } from './monitoring/monitor.ts';
import type { Route } from './monitoring/routes.ts';
import type { RenderPool } from './render/job.ts';
import { LEAST_MEMORY, memoryCap } from './render/memory-cap.ts';
import { NO_TEXT } from './render/overlay-pictures.ts';
import {
  type AskedImage,
  type RasterizeText,
  type Rendering,
  type RenderingConfig,
  type RenderingOptions,
  renderingOf,
} from './render/rendering.ts';
import { type Breakers, createBreakers } from './source/breakers.ts';
import { httpFinder, type SourceFinder } from './source/finder.ts';
import { READ_DEADLINE } from './source/http-options.ts';
import type { SourcesConfig } from './source/resolver.ts';
import type { Priority } from './source/source.ts';
import type { Timing } from './timing.ts';

/** What one answer was and cost, for statistics and logs. Holds no secrets. */
export interface AnswerReport {
  readonly method: string;
  /** As it was asked for. */
  readonly url: string;
  /** What it asks for. */
  readonly route: Route;
  /** Undefined where the URL names none. */
  readonly identifier: string | undefined;
  /** Name of the image's source, or its origin; undefined where none was found. */
  readonly source: string | undefined;
  /** Of HTTP. */
  readonly status: number;
  /** Of the answer's body. */
  readonly bytes: number;
  /** From the request's arrival to the answer, in milliseconds. */
  readonly milliseconds: number;
  /** What it took, step by step, and what was read for it. */
  readonly timing: Timing;
  /** `low`: nobody had asked for it yet, it was read ahead. */
  readonly priority: Priority;
  /** What went wrong, for answers of status 400 and above; its `cause` chain tells the details. */
  readonly error: unknown;
}

/** What every image server takes, in a browser, on Node and at the edge. */
export interface ImageServerOptions {
  /**
   * Where the images are: a URL template with `{id}`; a folder URL ending in `/`; several by name,
   * `{ maps: '…', scans: '…' }`, chosen by `maps:id` or `maps/id`; or a function from identifier to URL, together with
   * `origins`. Each may be `{ url, access }`. Nothing else is ever read. A host whose images aren't on an HTTP server
   * brings its own `SourceFinder`.
   */
  readonly sources: SourcesConfig | SourceFinder;
  /** The origins that a function in `sources` may lead to. */
  readonly origins?: readonly string[];
  /** Gives the credentials of private sources. In a service worker the site's pages are asked where it gives none. */
  readonly credentials?: CredentialsProvider;
  /** Called when a private source can't be read before someone signs in (again). */
  readonly onSignInNeeded?: SignInNeeded;
  /**
   * Decides for each request, before anything is read or taken from the cache: allow, deny, or show no finer than a
   * limit. With it answers are `private, no-cache`, and `cacheControl` has to be `private` or `no-store`.
   */
  readonly authorize?: Authorize;
  /** What relative addresses in `sources` are relative to; without it they are refused. A worker takes its own address. */
  readonly base?: string;
  /** How to get compiled WASM, called once for each file that is needed. */
  readonly wasm: WasmLoader;
  /**
   * Path under which the image services are found, with a slash at both ends; by default `/iiif/`. In a service worker
   * it is relative to the worker's folder, by default `iiif/`.
   */
  readonly prefix?: string;
  /** Largest answer in pixels, published in `info.json` and enforced; by default `{ maxArea: 16777216 }`. */
  readonly limits?: Limits;
  /** How images are shown and written: colour, background, quality, overlays …; for all, or for each request. */
  readonly rendering?: RenderingConfig;
  /** Draws the words of overlays. A service worker brings one; a host without fonts takes pictures only. */
  readonly rasterizeText?: RasterizeText;
  /** Added to `info.json`: rights, attribution, partOf, seeAlso, service …; for all images, or each by its identifier. */
  readonly info?: InfoExtras | ((identifier: string) => InfoExtras | Promise<InfoExtras>);
  /** `Cache-Control` of answers with status 200. The default, `no-cache`, makes clients ask again, which costs a 304. */
  readonly cacheControl?: string;
  /** Seconds for which an image is taken to be unchanged after its source was last read; by default 30. */
  readonly revalidateAfter?: number;
  /**
   * Milliseconds for reading a source for one answer; then it is 504. By default 30,000: viewers give up after as long.
   */
  readonly deadline?: number;
  /**
   * Bytes of the largest JPEG, PNG, WebP, AVIF or GIF that is read: they are fetched and decoded as a whole, and kept
   * decoded while they are looked at. By default 64 MB.
   */
  readonly plainLimit?: number;
  /**
   * Bytes of memory that all answers which are being made may take together, on each thread, those that pages lend
   * included: what can't fit is answered 413, what doesn't fit now waits. By default a quarter of `navigator.deviceMemory`, at most 1.5 GiB; 768 MiB where the
   * browser doesn't tell.
   */
  readonly memory?: number;
  /** Where answers are kept. None by default. */
  readonly cache?: DerivativeCache;
  /**
   * Whether what isn't in the cache is made from a coarser answer that is, while its source can't be reached. Such
   * answers are marked `X-Potto: degraded` and never kept. On by default.
   */
  readonly degrade?: boolean;
  /** Where the indexes of images are kept across restarts. None by default. */
  readonly index?: IndexStore<ImageStructure>;
  /** Other threads to render on. None by default. */
  readonly pool?: RenderPool;
  /** Posts to a webhook when answers fail, when a source is down, and when it is back. */
  readonly alarms?: AlarmOptions;
  /**
   * Identifiers of images by which `_health` checks the sources, by the names of the sources, or one where there is one
   * source. By default the image that was delivered last.
   */
  readonly health?: string | Readonly<Record<string, string>>;
  /**
   * Whether `_status` and `_health` under the prefix tell of the server, which is so by default. Where strangers reach
   * it, they learn what is looked at.
   */
  readonly status?: boolean;
  /** What a host brings along to watch over the server: where counters are kept, in memory by default. */
  readonly monitor?: Partial<Pick<MonitorOptions, 'store' | 'sources' | 'finder' | 'site'>>;
  /** Called after each answer, with its status, time and cost. */
  readonly onAnswer?: (answer: AnswerReport) => void;
  /** Used for reading sources; the global one by default. */
  readonly fetch?: typeof fetch;
}

export const DEFAULT_PREFIX = '/iiif/';
/** 16.8 megapixels, 64 MB as RGBA: a full-page scan at 300 dpi passes, a worker's memory is not filled by one answer. */
export const DEFAULT_LIMITS: Limits = { maxArea: 2 ** 24 };
export const DEFAULT_CACHE_CONTROL = 'no-cache';
/** Where `authorize` decides who sees what: no cache that others share may keep it. */
export const DEFAULT_PRIVATE_CACHE_CONTROL = 'private, no-cache';
export const DEFAULT_REVALIDATE_AFTER = 30;

/** The options with their defaults, as the answers use them. */
export interface Settings {
  readonly prefix: string;
  readonly finder: SourceFinder;
  /** Whether it answers for `_status` and `_health`. */
  readonly tellsStatus: boolean;
  readonly authorize: Authorize | undefined;
  /** What is known of the origins. */
  readonly breakers: Breakers;
  readonly limits: Limits;
  readonly rendering: (image: AskedImage) => Rendering | Promise<Rendering>;
  readonly info: (identifier: string) => InfoExtras | Promise<InfoExtras>;
  readonly cacheControl: string;
  readonly revalidateAfter: number;
  readonly deadline: number;
  readonly plainLimit: number;
  readonly memory: number;
  readonly cache: DerivativeCache | undefined;
  readonly degrade: boolean;
  readonly index: IndexStore<ImageStructure> | undefined;
  readonly pool: RenderPool | undefined;
}

/** @throws {TypeError} in words, when an option can't work. */
export function settingsOf(options: ImageServerOptions, createAccess: CreateAccess): Settings {
  const { info = {}, prefix = DEFAULT_PREFIX, plainLimit = DEFAULT_PLAIN_LIMIT, authorize } = options;
  const { cacheControl = authorize ? DEFAULT_PRIVATE_CACHE_CONTROL : DEFAULT_CACHE_CONTROL } = options;
  if (authorize && !/\b(private|no-store)\b/.test(cacheControl)) {
    throw new TypeError(`With authorize, cacheControl has to be private or no-store; it is “${cacheControl}”.`);
  }
  if (!/^\/(.*\/)?$/.test(prefix)) throw new TypeError(`The prefix "${prefix}" must begin and end with a slash.`);
  const limits = options.limits ?? DEFAULT_LIMITS;
  for (const [name, limit] of Object.entries(limits)) {
    if (limit === undefined || (Number.isInteger(limit) && limit > 0)) continue;
    throw new TypeError(`${name} is ${limit}; it must be a whole number of pixels above 0.`);
  }
  if (!(Number.isInteger(plainLimit) && plainLimit > 0)) {
    throw new TypeError(`plainLimit is ${plainLimit}; it must be a whole number of bytes above 0.`);
  }
  const { memory = memoryCap() } = options;
  if (!(Number.isInteger(memory) && memory >= LEAST_MEMORY)) {
    throw new TypeError(`memory is ${memory}; it must be a whole number of bytes, at least ${LEAST_MEMORY}.`);
  }
  checkDeadline(options.deadline);
  if (options.alarms) checkAlarms(options.alarms);
  const finder = finderOf(options, accessOf(options, createAccess));
  return {
    prefix,
    finder,
    tellsStatus: options.status ?? true,
    authorize,
    breakers: finder.breakers ?? createBreakers(),
    limits,
    rendering: renderingFor(options.rendering, options.rasterizeText),
    info: typeof info === 'function' ? info : () => info,
    cacheControl,
    revalidateAfter: options.revalidateAfter ?? DEFAULT_REVALIDATE_AFTER,
    deadline: options.deadline ?? READ_DEADLINE,
    plainLimit,
    memory,
    cache: options.cache,
    degrade: options.degrade ?? true,
    index: options.index,
    pool: options.pool,
  };
}

/** Finds the images of the options. @throws {TypeError} in words, when `sources` can't work. */
export function finderOf(
  options: Pick<ImageServerOptions, 'sources' | 'origins' | 'base' | 'fetch' | 'deadline'>,
  access: PrivateAccess,
): SourceFinder {
  const { sources, origins, base, fetch, deadline } = options;
  return isFinder(sources) ? sources : httpFinder(sources, { origins, base, fetch, deadline, access });
}

/** Reads the private sources of the options. */
export function accessOf(
  { credentials, onSignInNeeded, fetch }: Pick<ImageServerOptions, 'credentials' | 'onSignInNeeded' | 'fetch'>,
  createAccess: CreateAccess,
): PrivateAccess {
  return createAccess({
    fetch: fetch ?? ((input, init) => globalThis.fetch(input, init)),
    provider: credentials ?? (() => undefined),
    signInNeeded: onSignInNeeded ?? (() => undefined),
  });
}

/** The longest that timers can wait, 24 days. */
const LONGEST_DEADLINE = 2 ** 31 - 1;

function checkDeadline(deadline: number | undefined): void {
  if (deadline === undefined || (deadline > 0 && deadline <= LONGEST_DEADLINE)) return;
  throw new TypeError(`deadline is ${deadline}; it must be a number of milliseconds above 0.`);
}

const NO_OPTIONS: RenderingOptions = {};

function renderingFor(
  config: RenderingConfig | undefined,
  rasterizeText: RasterizeText | undefined,
): Settings['rendering'] {
  const known = new WeakMap<RenderingOptions, Rendering>();
  const resolve = (options: RenderingOptions = NO_OPTIONS) => {
    const rendering = known.get(options) ?? renderingOf(options);
    const hasText = rendering.overlays.some(({ content }) => 'text' in content);
    if (hasText && !rasterizeText) throw new TypeError(NO_TEXT);
    known.set(options, rendering);
    return rendering;
  };
  if (typeof config === 'function') return async (image) => resolve(await config(image));
  const rendering = resolve(config);
  return () => rendering;
}

/** Whether a host brings its own way to find images. */
export function isFinder(sources: SourcesConfig | SourceFinder): sources is SourceFinder {
  return typeof sources === 'object' && 'find' in sources && typeof sources.find === 'function';
}
