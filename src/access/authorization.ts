import { ImageServerError } from '../errors.ts';
import type { ImageRequest, Limits, Size, Version } from '../iiif/request.ts';

/** A request for which `authorize` decides. */
export interface AuthorizationRequest {
  /** `status`: what the server tells of itself at `_status` and `_health`, which is all or nothing. */
  readonly kind: 'info' | 'manifest' | 'image' | 'status';
  /** Empty for `status`. */
  readonly identifier: string;
  /** Of the file that the identifier stands for, from 1 on. */
  readonly page: number;
  readonly version: Version;
  /** Region, size, rotation, quality and format, where an image is asked for. */
  readonly asked: ImageRequest | undefined;
  /** With its headers: a service worker sees what its pages set, cookies excepted; a host sees those too. */
  readonly request: Request;
}

/** What a request is answered with. */
export type Authorization =
  | 'allow'
  | 'deny'
  | {
      readonly kind: 'deny';
      /** 401, by default: signing in may help. 403: it won't. */
      readonly status?: 401 | 403;
      /** For the reader. */
      readonly message?: string;
      /** `info.json` is given nevertheless, with this status: so clients learn where to sign in (Authorization Flow 1.0). */
      readonly withInfo?: boolean;
    }
  | ({
      /**
       * The image is shown no finer than when all of it has this size: `info.json` tells these limits and the tiles and
       * sizes within them, and what is finer is answered as when it is denied.
       */
      readonly kind: 'limit';
      readonly status?: 401 | 403;
      readonly message?: string;
    } & Limits);

/** Decides who may see what, for each request. When it throws an `ImageServerError`, that is the answer. */
export type Authorize = (request: AuthorizationRequest) => Authorization | Promise<Authorization>;

/** What comes of a decision. */
export type Ruling =
  | { readonly kind: 'allowed' }
  | {
      readonly kind: 'limited';
      readonly limits: Limits;
      /** What is finer is answered with this. */
      readonly denied: ImageServerError;
    }
  | { readonly kind: 'denied'; readonly denied: ImageServerError; readonly withInfo: boolean };

export const ALLOWED: Ruling = { kind: 'allowed' };

/** What it takes to carry out decisions. */
export interface Rules {
  readonly ruled: typeof ruled;
  readonly stricter: typeof stricter;
  readonly finestScale: typeof finestScale;
  readonly regionLimits: typeof regionLimits;
  readonly levelsWithin: typeof levelsWithin;
}

/** Asks the hook. @throws {ImageServerError} 500 where it fails, or says what can't be understood. */
export async function ruled(authorize: Authorize, request: AuthorizationRequest): Promise<Ruling> {
  let decision: Authorization;
  try {
    decision = await authorize(request);
  } catch (cause) {
    if (cause instanceof ImageServerError) throw cause;
    throw new ImageServerError(500, UNDECIDED, { cause });
  }
  if (decision === 'allow') return ALLOWED;
  if (decision === 'deny') return { kind: 'denied', denied: denial({}), withInfo: false };
  switch (decision?.kind) {
    case 'deny':
      return { kind: 'denied', denied: denial(decision), withInfo: decision.withInfo === true };
    case 'limit': {
      const { maxWidth, maxHeight, maxArea } = decision;
      const given = [maxWidth, maxHeight, maxArea].filter((limit) => limit !== undefined);
      if (given.length === 0 || !given.every((limit) => Number.isInteger(limit) && limit > 0)) break;
      return { kind: 'limited', limits: stricter({ maxWidth, maxHeight, maxArea }, {}), denied: denial(decision) };
    }
  }
  // Whatever else it says: nothing is shown by mistake.
  throw new ImageServerError(500, UNDECIDED);
}

const UNDECIDED =
  'Whether this image may be seen could not be decided: the configured function authorize failed, or gave no decision.';

function denial({ status = 401, message }: { readonly status?: 401 | 403; readonly message?: string }) {
  const words = status === 401 ? 'Sign in to see it.' : 'It is not open to whoever is signed in.';
  return new ImageServerError(status, message ?? `This image, or so much of it, is not open to everyone. ${words}`);
}

/** The stricter of both, limit by limit. */
export function stricter(one: Limits, other: Limits): Limits {
  const both = (name: 'maxWidth' | 'maxHeight' | 'maxArea') => {
    const limit = Math.min(one[name] ?? Infinity, other[name] ?? Infinity);
    return limit === Infinity ? {} : { [name]: limit };
  };
  return { ...both('maxWidth'), ...both('maxHeight'), ...both('maxArea') };
}

/** The largest scale at which an image may be shown, all of it within the limits; 1 where they are no restriction. */
export function finestScale(
  { width, height }: Size,
  { maxWidth = Infinity, maxHeight = maxWidth, maxArea = Infinity }: Limits,
) {
  return Math.min(1, maxWidth / width, maxHeight / height, Math.sqrt(maxArea / (width * height)));
}

/** The limits of a region that is shown no finer than at this scale. */
export function regionLimits(region: Size, scale: number, limits: Limits): Limits {
  const within = { maxWidth: Math.ceil(region.width * scale), maxHeight: Math.ceil(region.height * scale) };
  return scale < 1 ? stricter(limits, within) : limits;
}

/** Levels that may be seen at this scale; where none is stored, one that can be made. */
export function levelsWithin<
  Level extends Size & { readonly scale: number; readonly tileWidth: number; readonly tileHeight: number },
>(
  levels: readonly Level[],
  image: Size,
  scale: number,
): readonly (Level | (Size & Pick<Level, 'scale' | 'tileWidth' | 'tileHeight'>))[] {
  const within = levels.filter((level) => level.scale * scale >= 1);
  const [first] = levels;
  if (within.length > 0 || !first) return within;
  const factor = 2 ** Math.ceil(Math.log2(1 / scale));
  const size = { width: Math.ceil(image.width / factor), height: Math.ceil(image.height / factor) };
  return [{ ...size, scale: factor, tileWidth: MADE_TILE, tileHeight: MADE_TILE }];
}

/** Pixels. */
const MADE_TILE = 512;

export const RULES: Rules = { ruled, stricter, finestScale, regionLimits, levelsWithin };
