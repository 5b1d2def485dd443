import { answerImage, answerInfo, answerManifest, type Derivative } from './answers.ts';
import { ImageServerError } from './errors.ts';
import { errorResponse, methodNotAllowed, optionsResponse, redirectToInfo, withoutBody } from './iiif/http.ts';
import { negotiateVersion } from './iiif/negotiate.ts';
import { parseImageRequest } from './iiif/parse.ts';
import { parseTarget } from './iiif/target.ts';
import { createImages, type ImageAddress, type OpenImage } from './images.ts';
import { type ImageServerOptions, settingsOf } from './options.ts';
import { PARTS, type Parts } from './parts.ts';
import { SharedWorks } from './source/shared-work.ts';
import { type Priority, SourceChangedError } from './source/source.ts';
import { Timing } from './timing.ts';

/** An IIIF image server: a function from Request to Response. */
export interface ImageServer {
  /** Never rejects: every failure is an answer in plain words. */
  fetch(request: Request, context?: RequestContext): Promise<Response>;
}

/** What a host lends for one request. */
export interface RequestContext {
  /** Keeps the host alive until work that goes on after the answer has ended. */
  readonly waitUntil?: (work: Promise<unknown>) => void;
  /** Aborted when the answer isn't wanted any more, where the request's own signal doesn't tell. */
  readonly signal?: AbortSignal;
  /** `low`: nobody waits for it yet; what is read for it waits behind all that someone waits for. */
  readonly priority?: Priority;
}

/**
 * IIIF Image API 3.0 and 2.1, level 2 and more, over tiled images read by range. Uses web standards only.
 * @throws {TypeError} in words, when an option can't work.
 */
export function createImageServer(options: ImageServerOptions): ImageServer {
  return createImageServerOf(PARTS, options);
}

/** The same, of parts that the host may load when they are first needed. */
export function createImageServerOf(parts: Parts, options: ImageServerOptions): ImageServer {
  const settings = settingsOf(options);
  const images = createImages({ ...settings, opener: parts.opener });
  const renderer = parts.createRenderer(options.wasm, { rasterizeText: options.rasterizeText, pool: options.pool });
  const derivatives = new SharedWorks<Derivative>();

  async function answer(request: Request, timing: Timing, context: RequestContext): Promise<Response> {
    if (request.method === 'OPTIONS') return optionsResponse();
    if (request.method !== 'GET' && request.method !== 'HEAD') return methodNotAllowed(request.method);
    const target = parseTarget(request.url, settings.prefix);
    if (target.kind === 'base') return redirectToInfo(new URL(`${target.basePath}/info.json`, request.url).href);
    const version = target.version ?? negotiateVersion(request.headers.get('Accept'));
    const asked = target.kind === 'image' ? parseImageRequest(version, target.segments) : undefined;
    const { waitUntil = () => undefined, signal = request.signal, priority = 'high' } = context;
    const page = target.kind === 'manifest' ? 1 : target.page;
    return withUnchangedSource({ identifier: target.identifier, page }, timing, (open) => {
      const means = { settings, opener: parts.opener, renderer, derivatives, timing, waitUntil, signal, priority };
      const question = { ...means, request, target, version, open };
      if (asked) return answerImage(asked, question);
      return target.kind === 'manifest' ? answerManifest(question) : answerInfo(question);
    });
  }

  /** Bytes of two versions never meet in one answer: when the source changes, everything is forgotten and done again. */
  async function withUnchangedSource<T>(
    address: ImageAddress,
    timing: Timing,
    work: (open: OpenImage) => Promise<T>,
  ): Promise<T> {
    let changed: unknown;
    for (let tries = 0; tries < 2; tries++) {
      let open: OpenImage | undefined;
      try {
        open = await images.open(address, { timing });
        return await work(open);
      } catch (cause) {
        if (!(cause instanceof SourceChangedError)) throw cause;
        if (open) await images.forget(address, open);
        changed = cause;
      }
    }
    throw new ImageServerError(503, CHANGING, { cause: changed, retryAfter: 5 });
  }

  return {
    async fetch(request, context = {}) {
      const start = performance.now();
      const timing = new Timing();
      let error: unknown;
      const response = await answer(request, timing, context).catch((cause: unknown) => {
        error = cause;
        return errorResponse(cause, timing);
      });
      const { method, url } = request;
      const milliseconds = performance.now() - start;
      try {
        const { priority = 'high' } = context;
        options.onAnswer?.({ method, url, status: response.status, milliseconds, timing, error, priority });
      } catch {
        // Who watches the answers has no say in them.
      }
      return method === 'HEAD' ? withoutBody(response) : response;
    },
  };
}

const CHANGING = 'The image is being replaced at its source right now. Ask again in a few seconds.';
