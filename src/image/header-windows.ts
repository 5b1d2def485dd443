import { ImageServerError } from '../errors.ts';
import type { ByteRange, ReadOptions } from '../source/source.ts';
import type { ReadBytes, StructureOptions } from './readers.ts';

/**
 * Bytes read at once where a structure is looked for. 32 KiB hold the whole index of a cloud-optimised TIFF of 3,000
 * tiles, and a directory of libvips with everything it points to.
 */
export const WINDOW_LENGTH = 32_768;

/**
 * Bytes of the end of an object that are read with its first directory, or beside it, where that stands behind the first
 * level: the others then follow behind theirs, ever smaller. Each would cost a round trip and a window; that many bytes
 * hold the last four levels and more, which viewers ask for first.
 */
export const TAIL_LENGTH = 8 * WINDOW_LENGTH;
/**
 * Share of what is behind the first directory: the levels after the second have a quarter of it where all tiles compress
 * alike, up to three eighths where small ones compress less. Too little costs a round trip more.
 */
const TAIL_SHARE = 3 / 8;

/** Windows kept: more than a pyramid has levels, and 2 MiB at most. */
const MAX_WINDOWS = 32;

/** The error for a source whose content contradicts itself. `found` is a clause without a full stop. */
export function damaged(found: string, cause?: unknown): ImageServerError {
  return new ImageServerError(
    502,
    `The source is damaged: ${found}. Upload it again, or write it anew from the original.`,
    cause === undefined ? {} : { cause },
  );
}

/**
 * Reads small pieces of an object in windows that begin where a piece was wanted, and keeps the windows: a directory
 * and what it points to lie together, but not on any alignment, so that aligned blocks would often need two requests.
 */
export class HeaderWindows {
  readonly #read: ReadBytes;
  readonly #options: StructureOptions;
  readonly #minimum: number;
  #windows: { readonly offset: number; readonly bytes: Uint8Array }[] = [];
  #end: number | undefined;
  #tail: { readonly offset: number; readonly read: Promise<unknown> } | undefined;

  /** `minimum`: the least number of bytes to read at once. */
  constructor(read: ReadBytes, options: StructureOptions = {}, minimum = WINDOW_LENGTH) {
    this.#read = read;
    this.#options = options;
    this.#minimum = minimum;
  }

  /** Length of the object in bytes; undefined until known. */
  get size(): number | undefined {
    return this.#options.objectSize?.() ?? this.#end;
  }

  /** The bytes of `range` if they are at hand. */
  held({ offset, length }: ByteRange): Uint8Array | undefined {
    for (const window of this.#windows) {
      const start = offset - window.offset;
      if (start >= 0 && start + length <= window.bytes.length) return window.bytes.subarray(start, start + length);
    }
    return undefined;
  }

  /** The first bytes of the object, fewer than `length` where it ends before. */
  async first(length: number): Promise<Uint8Array> {
    const bytes = await this.#readWindow({ offset: 0, length }, this.#options);
    return bytes.subarray(0, length);
  }

  /**
   * The bytes of `range`, all of them.
   * @throws {ImageServerError} 502 where the object ends before the range does.
   */
  async read(range: ByteRange, options: ReadOptions = this.#options): Promise<Uint8Array> {
    const held = this.held(range);
    if (held) return held;
    if (this.#tail && this.#tail.offset <= range.offset) {
      await this.#tail.read;
      const come = this.held(range);
      if (come) return come;
    }
    if (this.size !== undefined && range.offset + range.length > this.size) throw this.#pastTheEnd(range);
    const bytes = await this.#readWindow(range, options);
    if (bytes.length < range.length) throw this.#pastTheEnd(range);
    return bytes.subarray(0, range.length);
  }

  async #readWindow({ offset, length }: ByteRange, options: ReadOptions): Promise<Uint8Array> {
    const wanted = Math.max(length, this.#minimum);
    const left = this.size ? this.size - offset : Number.POSITIVE_INFINITY;
    // The last levels of a pyramid stand close together at the end: what is left is cheaper than another request.
    const cheap = this.#isBehindFirstLevel(offset) ? TAIL_LENGTH : 2 * this.#minimum;
    const clamped = left <= cheap ? left : Math.min(wanted, left);
    if (left > clamped) this.#readTail(offset, options);
    const bytes = await this.#readClamped({ offset, length: clamped }, options);
    if (bytes.length < clamped) this.#end = offset + bytes.length;
    // Of reads that ran side by side, one window is enough.
    if (!this.held({ offset, length })) this.#windows = [{ offset, bytes }, ...this.#windows].slice(0, MAX_WINDOWS);
    return bytes;
  }

  /** Reads the end of an object whose index goes on behind the first level, without anybody waiting for it. */
  #readTail(offset: number, options: ReadOptions): void {
    const { size } = this;
    if (size === undefined || !this.#isBehindFirstLevel(offset) || this.#tail) return;
    const length = Math.min(TAIL_LENGTH, Math.ceil((size - offset) * TAIL_SHARE));
    const start = Math.max(offset + this.#minimum, size - length);
    const range = { offset: start, length: size - start };
    const read = this.#readClamped(range, options).then(
      (bytes) => {
        this.#windows = [{ offset: start, bytes }, ...this.#windows];
      },
      () => undefined,
    );
    this.#tail = { offset: start, read };
  }

  /** Where the first directory of a pyramid stands whose levels follow each other, each before its directory. */
  #isBehindFirstLevel(offset: number): boolean {
    return this.size !== undefined && offset > this.size / 2 && this.#minimum > 1;
  }

  async #readClamped(range: ByteRange, options: ReadOptions): Promise<Uint8Array> {
    try {
      return await this.#read(range, options);
    } catch (error) {
      if (!(error instanceof ImageServerError && error.status === 416)) throw error;
      // An empty object has no satisfiable range at all, which is not the fault of the range.
      if (range.offset === 0) return new Uint8Array(0);
      throw this.#pastTheEnd(range, error);
    }
  }

  #pastTheEnd({ offset, length }: ByteRange, cause?: unknown): ImageServerError {
    const end = this.size === undefined ? 'the object ends before' : `the object has ${this.size}`;
    return damaged(`its index points to bytes ${offset} to ${offset + length}, but ${end}`, cause);
  }
}
