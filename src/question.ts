import type { Ruling } from './access/authorization.ts';
import type { Freshness } from './iiif/http.ts';
import type { Limits, Version } from './iiif/request.ts';
import type { Target } from './iiif/target.ts';
import type { OpenImage } from './open-image.ts';
import type { Settings } from './options.ts';
import type { Parts } from './parts.ts';
import type { Derived } from './render/derive.ts';
import type { Renderer } from './render/renderer.ts';
import type { SharedWorks } from './source/shared-work.ts';
import type { Priority } from './source/source.ts';
import type { Timing } from './timing.ts';

/** Made once for all who asked for it at the same time. */
export interface Derivative extends Derived {
  /** Whether one of them put it into the cache. */
  isKept: boolean;
}

/** A request that was understood, and the image it is for. */
export interface Question {
  readonly request: Request;
  readonly target: Target;
  readonly version: Version;
  readonly open: OpenImage;
  readonly settings: Settings;
  /** Of who may see what: nothing that is denied comes here, but for an `info.json` that is given nevertheless. */
  readonly ruling: Ruling;
  readonly parts: Pick<Parts, 'opener' | 'degraded' | 'rules'>;
  readonly renderer: Renderer;
  /** Those that are being made. */
  readonly derivatives: SharedWorks<Derivative>;
  readonly timing: Timing;
  readonly waitUntil: (work: Promise<unknown>) => void;
  readonly signal: AbortSignal;
  readonly priority: Priority;
  /** Who asks is on this machine, and may be given pixels. */
  readonly isNear: boolean;
}

/** The limits for who asks, and the finest scale at which the image is shown. */
export function limitsOf({ settings, ruling, open, parts }: Question): {
  readonly limits: Limits;
  readonly scale: number;
} {
  if (ruling.kind !== 'limited') return { limits: settings.limits, scale: 1 };
  const { stricter, finestScale } = parts.rules();
  return { limits: stricter(settings.limits, ruling.limits), scale: finestScale(open.image, ruling.limits) };
}

/** `Cache-Control` of what may be out of date: nobody else is to keep it for long. */
export const UNCONFIRMED = 'no-cache';

/** Of a document that is made of what is known of the image. */
export function freshnessOf(etag: string, { cacheControl }: Settings, timing: Timing): Freshness {
  const state = stateOf(timing);
  return { etag, cacheControl: state ? UNCONFIRMED : cacheControl, timing, state };
}

/** Whether an answer is given without its source, which can't be reached. */
export function stateOf(timing: Timing): 'offline' | undefined {
  return timing.has('offline') ? 'offline' : undefined;
}
