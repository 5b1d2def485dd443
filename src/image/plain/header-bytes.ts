import { damaged, type HeaderWindows, WINDOW_LENGTH } from '../header-windows.ts';

/** More than the largest profile and metadata that make sense, less than a burden. */
const MAX_HEADER_BYTES = 16 * 2 ** 20;

/** Segments of 64 KiB are hopped over in a few reads, as these grow; a header that needs more is made to keep us busy. */
const MAX_READS = 32;

/** Reads ahead never grow beyond this. */
const LARGEST_STEP = 2 * 2 ** 20;

/**
 * Pieces of a plain image's header. What precedes the picture may be long (profiles, metadata, previews), so each read
 * takes four times as much as the one before it: the whole object is going to be read anyway.
 */
export class HeaderBytes {
  readonly #windows: HeaderWindows;
  #step = WINDOW_LENGTH;
  #reads = 0;
  #bytes = 0;

  constructor(windows: HeaderWindows) {
    this.#windows = windows;
  }

  /** Length of the object in bytes; undefined until known. */
  get size(): number | undefined {
    return this.#windows.size;
  }

  /**
   * `length` bytes at `offset`, all of them.
   * @throws {ImageServerError} 502 where the object ends before, or the header is longer than any that makes sense.
   */
  async at(offset: number, length: number): Promise<Uint8Array> {
    const held = this.#windows.held({ offset, length });
    if (held) return held;
    const { size } = this.#windows;
    const ahead = size === undefined ? length : Math.max(length, Math.min(this.#step, size - offset));
    this.#step = Math.min(LARGEST_STEP, this.#step * 4);
    this.#reads += 1;
    this.#bytes += ahead;
    if (this.#reads > MAX_READS || this.#bytes > MAX_HEADER_BYTES) {
      throw damaged(`its header is longer than ${MAX_HEADER_BYTES} bytes, or in more than ${MAX_READS} places`);
    }
    const bytes = await this.#windows.read({ offset, length: ahead });
    return bytes.subarray(0, length);
  }

  /** The same, as numbers. */
  async view(offset: number, length: number): Promise<DataView> {
    const bytes = await this.at(offset, length);
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
}

/** Bytes as latin-1 text. */
export function textAt(view: DataView, offset: number, length: number): string {
  let text = '';
  for (let i = 0; i < length && offset + i < view.byteLength; i++) {
    text += String.fromCharCode(view.getUint8(offset + i));
  }
  return text;
}
