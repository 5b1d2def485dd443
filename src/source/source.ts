import { ImageServerError } from '../errors.ts';
import type { Timing } from '../timing.ts';

/** Half-open range of bytes within an object. */
export interface ByteRange {
  /** First byte, counted from 0. */
  readonly offset: number;
  /** Number of bytes, at least 1. */
  readonly length: number;
}

/** `high`: someone looks at it now; `low`: reading ahead. */
export type Priority = 'high' | 'low';

/** How a range is read. */
export interface ReadOptions {
  /** Gives the read up. */
  readonly signal?: AbortSignal | undefined;
  /** `low` waits behind all that someone waits for. */
  readonly priority?: Priority | undefined;
  /** Where the cost of the read is noted. A request that several answers share is counted in one of them, its bytes where they go. */
  readonly timing?: Timing | undefined;
  /**
   * Ranges that are likely to be asked for next, each exactly so. A source may read those that touch this range in the
   * same request, and keeps them for a while; never for `low`.
   */
  readonly ahead?: readonly ByteRange[] | undefined;
  /** Parts of this range are likely to be asked for soon: a source may keep its bytes for a while. */
  readonly keep?: boolean | undefined;
}

/** The bytes of one object, by range. */
export interface Source {
  /** Where the object is. For logs and keys, never for an answer's text. */
  readonly url: string;
  /** Length of the object in bytes; undefined until a read has told it. */
  readonly size: number | undefined;
  /** Strong validator of the object's content, as an opaque token; undefined until known, or where none is visible. */
  readonly version: string | undefined;
  /** When the object was last seen to have this version, in milliseconds since 1970; undefined before the first read. */
  readonly lastRead?: number | undefined;
  /** Whether all that is to be had of it is on this machine, whatever the network does; false where it doesn't tell. */
  isHere?(): Promise<boolean>;
  /**
   * Reads a range, clamped to the object's end: the result is shorter than asked only where the object ends.
   * @throws {SourceChangedError} when the object is no longer the one that was opened.
   * @throws {ImageServerError} 404, 502, 503 or 504 when the bytes can't be had, 416 when the offset is past the end.
   */
  read(range: ByteRange, options?: ReadOptions): Promise<Uint8Array>;
}

/** The source gave no answer, or no whole one, or says that it is in trouble: asked again later, it may give one. */
export class SourceUnreachableError extends ImageServerError {}

/** The source is overloaded, or takes longer than anybody waits. */
export class SourceBusyError extends SourceUnreachableError {}

/**
 * The object was replaced while it was being used: bytes of two versions must not be mixed.
 * Caught once per request in `server.ts`, which drops what was known and starts again.
 */
export class SourceChangedError extends Error {
  constructor(url: string, before: string | undefined, after: string | undefined) {
    super(`The object changed: version ${before} became ${after}`, { cause: { url, before, after } });
    this.name = 'SourceChangedError';
  }
}
