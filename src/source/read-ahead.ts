import type { ReadWork } from './joint-read.ts';
import type { ByteRange } from './source.ts';

/** Bytes kept of one object: the small levels of an image, and the neighbours of thirty tiles. */
export const KEPT_BYTES = 1 << 20;
/** Ranges kept of one object. Each is looked at in turn. */
export const KEPT_RANGES = 64;

interface Kept {
  readonly range: ByteRange;
  /** Undefined where the read came to nothing. */
  readonly bytes: Promise<Uint8Array | undefined>;
  /** Of the read; undefined where there is no read any more. */
  readonly work: ReadWork | undefined;
  readonly stop: AbortController | undefined;
}

/**
 * Bytes of one version of an object that nobody has asked for yet: those that are on their way, and those that have
 * come. The oldest go when there are too many.
 */
export class ReadAhead {
  #kept: readonly Kept[] = [];

  /** Reads a range that may be asked for later, unless it is here. It is no matter if that fails. */
  start(range: ByteRange, read: (work: ReadWork) => Promise<Uint8Array>): void {
    if (this.#find(range)) return;
    const stop = new AbortController();
    const work: ReadWork = { signal: stop.signal, priority: 'high', ahead: true };
    const bytes = read(work).catch(() => {
      this.#drop(kept);
      return undefined;
    });
    const kept: Kept = { range, bytes, work, stop };
    this.#add(kept);
  }

  /** Keeps bytes that were read, of which parts may be asked for later. */
  keep({ offset }: ByteRange, bytes: Uint8Array): void {
    const range = { offset, length: bytes.length };
    this.#add({ range, bytes: Promise.resolve(bytes), work: undefined, stop: undefined });
  }

  /**
   * The bytes of a range, or of a part of one; undefined where they aren't here. They are the caller's own. The promise
   * gives undefined where the read fails. `signal` is aborted when nobody waits for them any more.
   */
  take(range: ByteRange, signal: AbortSignal): Promise<Uint8Array | undefined> | undefined {
    const kept = this.#find(range);
    if (!kept) return undefined;
    if (kept.range.length > range.length) return kept.bytes.then((bytes) => bytes && part(bytes, kept.range, range));
    this.#drop(kept);
    if (kept.work) kept.work.ahead = false;
    signal.addEventListener('abort', () => kept.stop?.abort(signal.reason), { once: true });
    return kept.bytes;
  }

  /** Forgets everything: the object is another one. */
  clear(): void {
    this.#kept = [];
  }

  #find({ offset, length }: ByteRange): Kept | undefined {
    return this.#kept.find(({ range }) => range.offset <= offset && offset + length <= range.offset + range.length);
  }

  #add(kept: Kept): void {
    const all = [...this.#kept, kept].slice(-KEPT_RANGES);
    let bytes = all.reduce((sum, { range }) => sum + range.length, 0);
    while (bytes > KEPT_BYTES) bytes -= all.shift()?.range.length ?? bytes;
    this.#kept = all;
  }

  #drop(kept: Kept): void {
    this.#kept = this.#kept.filter((one) => one !== kept);
  }
}

function part(bytes: Uint8Array, from: ByteRange, { offset, length }: ByteRange): Uint8Array {
  return bytes.slice(offset - from.offset, offset - from.offset + length);
}
