import { ALLOWED } from './access/authorization.ts';
import { answerImage, answerInfo } from './answers.ts';
import type { Meant } from './cache/derivatives.ts';
import { ImageServerError } from './errors.ts';
import { errorResponse, methodNotAllowed, optionsResponse, redirectToInfo, withoutBody } from './iiif/http.ts';
import { negotiateVersion } from './iiif/negotiate.ts';
import { parseImageRequest } from './iiif/parse.ts';
import { parseTarget } from './iiif/target.ts';
import { createImages } from './images.ts';
import { createMonitor, type Monitor } from './monitoring/monitor.ts';
import { type Route, serviceOf } from './monitoring/routes.ts';
import { namedSources } from './monitoring/source-names.ts';
import type { ImageAddress, OpenImage } from './open-image.ts';
import { type AnswerReport, type ImageServerOptions, settingsOf } from './options.ts';
import { PARTS, type Parts } from './parts.ts';
import type { Derivative } from './question.ts';
import { limitReading } from './source/reading-limit.ts';
import { SharedWorks } from './source/shared-work.ts';
import { type Priority, SourceChangedError } from './source/source.ts';
import { Timing } from './timing.ts';

export type { AnswerReport, ImageServerOptions };

/** An IIIF image server: a function from Request to Response. */
export interface ImageServer {
  /** Never rejects: every failure is an answer in plain words. */
  fetch(request: Request, context?: RequestContext): Promise<Response>;
  /** Tells how it does. */
  readonly monitor: Monitor;
  /**
   * Forgets an image, those of private sources, or all: what is open, and the index. For when someone signs out, or cleans
   * up.
   */
  forget(meant?: Meant): Promise<void>;
}

/** What a host lends for one request. */
export interface RequestContext {
  /** Keeps the host alive until work that goes on after the answer has ended. */
  readonly waitUntil?: (work: Promise<unknown>) => void;
  /** Aborted when the answer isn't wanted any more, where the request's own signal doesn't tell. */
  readonly signal?: AbortSignal;
  /** `low`: nobody waits for it yet; what is read for it waits behind all that someone waits for. */
  readonly priority?: Priority;
  /** Who asks is on this machine: whoever names them in `Accept` is given pixels that needn't be encoded (`PIXELS_TYPE`). */
  readonly isNear?: boolean;
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
  const settings = settingsOf(options, parts.createAccess);
  const { alarms, health } = options;
  const monitor = createMonitor({
    ...{ createDesk: parts.createMonitorDesk, finder: settings.finder, alarms, health },
    sources: namedSources(options.sources, options),
    ...options.monitor,
  });
  const images = createImages({ ...settings, finder: monitor.watched(settings.finder), opener: parts.opener });
  const renderer = parts.createRenderer(options.wasm, {
    rasterizeText: options.rasterizeText,
    pool: options.pool,
    memory: settings.memory,
  });
  const derivatives = new SharedWorks<Derivative>();

  async function answer(
    request: Request,
    timing: Timing,
    context: RequestContext,
    subject: Subject,
  ): Promise<Response> {
    if (request.method === 'OPTIONS') return optionsResponse();
    if (request.method !== 'GET' && request.method !== 'HEAD') return methodNotAllowed(request.method);
    const service = settings.tellsStatus ? serviceOf(request.url, settings.prefix) : undefined;
    if (service) {
      subject.route = service;
      const about = { kind: 'status', identifier: '', page: 1, version: 3, asked: undefined, request } as const;
      const ruling = settings.authorize ? await parts.rules().ruled(settings.authorize, about) : ALLOWED;
      if (ruling.kind !== 'allowed') throw ruling.denied;
      return monitor.answer(service, request);
    }
    const target = parseTarget(request.url, settings.prefix);
    subject.route = target.kind;
    subject.identifier = target.identifier;
    if (target.kind === 'base') return redirectToInfo(new URL(`${target.basePath}/info.json`, request.url).href);
    const version = target.version ?? negotiateVersion(request.headers.get('Accept'));
    const asked = target.kind === 'image' ? parseImageRequest(version, target.segments) : undefined;
    const { waitUntil = () => undefined, signal = request.signal, priority = 'high', isNear = false } = context;
    const page = target.kind === 'manifest' ? 1 : target.page;
    const { kind, identifier } = target;
    const { authorize } = settings;
    const ruling = authorize
      ? await parts.rules().ruled(authorize, { kind, identifier, page, version, asked, request })
      : ALLOWED;
    if (ruling.kind === 'denied' && !(kind === 'info' && ruling.withInfo)) throw ruling.denied;
    return withUnchangedSource({ identifier: target.identifier, page }, timing, (open) => {
      const means = { settings, parts, renderer, derivatives, timing, waitUntil, signal, priority, isNear };
      const question = { ...means, request, target, version, open, ruling };
      if (asked) return answerImage(asked, question);
      return target.kind === 'manifest' ? parts.answerManifest(question) : answerInfo(question);
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
    monitor,
    forget: images.clear,
    async fetch(request, context = {}) {
      const start = performance.now();
      const timing = new Timing();
      const liftLimit = limitReading(timing, settings.deadline);
      let error: unknown;
      const subject: Subject = { route: 'other', identifier: undefined };
      const response = await monitor
        .during(() => answer(request, timing, context, subject))
        .catch((cause: unknown) => {
          error = cause;
          return errorResponse(cause, timing);
        });
      liftLimit();
      const { method, url } = request;
      const milliseconds = performance.now() - start;
      const { route, identifier } = subject;
      const source = identifier === undefined ? undefined : monitor.sourceOf(identifier);
      const { status } = response;
      const bytes = method === 'HEAD' ? 0 : Number(response.headers.get('Content-Length'));
      const { priority = 'high' } = context;
      const what = { method, url, route, identifier, source };
      const report: AnswerReport = { ...what, status, milliseconds, timing, error, priority, bytes };
      monitor.count(report);
      try {
        options.onAnswer?.(report);
      } catch {
        // Who watches the answers has no say in them.
      }
      return method === 'HEAD' ? withoutBody(response) : response;
    },
  };
}

/** What a request turned out to be for. */
interface Subject {
  route: Route;
  identifier: string | undefined;
}

const CHANGING = 'The image is being replaced at its source right now. Ask again in a few seconds.';
