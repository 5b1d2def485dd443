import { PIXELS_TYPE } from '../iiif/pixels.ts';
import { bitmapOf } from './bitmap.ts';
import type { TileFetch } from './tile-fetch.ts';

/** What Potto has to decode it may give as it is then; it hands on the rest. */
const ACCEPTED = { Accept: `${PIXELS_TYPE}, image/*, */*` };

/**
 * Why a tile isn't what it should be. `slow`: it takes longer than anybody waits; `unreachable`: its source, or the way to
 * it, is in trouble. Both pass. `refused`: asked again, the answer would be the same.
 */
export type TileFault = 'slow' | 'unreachable' | 'refused';

export interface FetchedTile {
  readonly bitmap: ImageBitmap;
  /** Why it was made from a coarser one; undefined for a tile as it should be. */
  readonly fault: TileFault | undefined;
}

/** A tile that can't be had, in the words of the answer. */
export class TileError extends Error {
  readonly fault: TileFault;

  constructor(message: string, fault: TileFault, cause?: unknown) {
    super(message, { cause });
    this.name = 'TileError';
    this.fault = fault;
  }
}

/**
 * A tile, decoded.
 * @throws {TileError}
 */
export async function fetchTile(url: string, fetch: TileFetch, signal: AbortSignal): Promise<FetchedTile> {
  const response = await fetch(url, { signal, headers: ACCEPTED }).catch((cause: unknown) => {
    // Without an answer, only what ended the waiting tells more than that the way to the server is gone.
    const isLate = cause instanceof DOMException && cause.name === 'TimeoutError';
    throw new TileError(wordsOf(cause), isLate ? 'slow' : 'unreachable', cause);
  });
  try {
    if (!response.ok) {
      throw new TileError((await response.text()).trim() || `Status ${response.status}`, faultOf(response.status));
    }
    return { bitmap: await bitmapOf(response), fault: degradedFor(response.headers) };
  } catch (cause) {
    throw cause instanceof TileError ? cause : new TileError(wordsOf(cause), 'refused', cause);
  }
}

/** Of an answer that was made from a coarser one. */
function degradedFor(headers: Headers): TileFault | undefined {
  if (headers.get('X-Potto') !== 'degraded') return undefined;
  return /(?:^|,)\s*late\s*(?:,|;|$)/.test(headers.get('Server-Timing') ?? '') ? 'slow' : 'unreachable';
}

function faultOf(status: number): TileFault {
  switch (status) {
    case 504:
      return 'slow';
    case 502:
    case 503:
      return 'unreachable';
    default:
      return 'refused';
  }
}

function wordsOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
