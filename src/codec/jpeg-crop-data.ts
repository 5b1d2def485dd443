/** The entropy-coded data of a scan as plain bits (ISO/IEC 10918-1, sections B.1.1.5 and F.1.2.3). */
export interface EntropyData {
  /** Without stuffed zero bytes and restart markers, with `MARGIN` zero bytes after it. */
  readonly bits: DataView;
  /** Where each restart interval ends, in bits; the next one begins there. */
  readonly ends: readonly number[];
}

/** A whole block may be read after the last bit: 64 coefficients of 31 bits at the most, and what a look-up peeks at. */
const MARGIN = 256;

const STUFFED = 0x00;
const RST0 = 0xd0;
const EOI = 0xd9;
const FILL = 0xff;

/** Takes markers and stuffing out of the data that begins at `offset`; undefined where anything but EOI ends it. */
export function readEntropyData(jpeg: Uint8Array, offset: number): EntropyData | undefined {
  const plain = new Uint8Array(jpeg.length - offset + MARGIN);
  const ends: number[] = [];
  let length = 0;
  for (let at = offset; ; ) {
    const found = jpeg.indexOf(0xff, at);
    const end = found < 0 ? jpeg.length : found;
    plain.set(jpeg.subarray(at, end), length);
    length += end - at;
    const marker = found < 0 ? EOI : jpeg[end + 1];
    at = end + 2;
    if (marker === STUFFED) plain[length++] = 0xff;
    else if (marker === FILL) at = end + 1;
    else if (marker === RST0 + (ends.length & 7)) ends.push(length * 8);
    else if (marker === EOI) break;
    else return undefined;
  }
  ends.push(length * 8);
  return { bits: new DataView(plain.buffer), ends };
}

/** Writes bits with stuffing. Bytes past the end are dropped, and `finish` tells. */
export class BitWriter {
  readonly #bytes: Uint8Array<ArrayBuffer>;
  #at: number;
  /** Bits of the byte that isn't whole yet, and how many they are: 0–7. */
  #pending = 0;
  #pendingLength = 0;

  constructor(bytes: Uint8Array<ArrayBuffer>, offset: number) {
    this.#bytes = bytes;
    this.#at = offset;
  }

  /** The low `length` bits of `value`, 16 at the most. */
  put(value: number, length: number): void {
    this.#pending = (this.#pending << length) | value;
    this.#pendingLength += length;
    while (this.#pendingLength >= 8) {
      this.#pendingLength -= 8;
      const byte = (this.#pending >>> this.#pendingLength) & 255;
      this.#bytes[this.#at++] = byte;
      if (byte === 255) this.#bytes[this.#at++] = STUFFED;
    }
    this.#pending &= (1 << this.#pendingLength) - 1;
  }

  /** The bits [from, to) of `bits`, after which there must be 2 more bytes. */
  copy(bits: DataView, from: number, to: number): void {
    const first = Math.min((8 - this.#pendingLength) & 7, to - from);
    this.put(bitsAt(bits, from, first), first);
    const bytes = this.#bytes;
    let at = this.#at;
    let next = from + first;
    for (; next + 8 <= to; next += 8) {
      const byte = (bits.getUint16(next >>> 3) >>> (8 - (next & 7))) & 255;
      bytes[at++] = byte;
      if (byte === 255) bytes[at++] = STUFFED;
    }
    this.#at = at;
    this.put(bitsAt(bits, next, to - next), to - next);
  }

  /** Fills the last byte with ones (section F.1.2.3) and writes EOI: all that was written, or undefined if it didn't fit. */
  finish(): Uint8Array<ArrayBuffer> | undefined {
    const missing = (8 - this.#pendingLength) & 7;
    this.put((1 << missing) - 1, missing);
    this.#bytes[this.#at++] = 0xff;
    this.#bytes[this.#at++] = EOI;
    return this.#at <= this.#bytes.length ? this.#bytes.subarray(0, this.#at) : undefined;
  }
}

/** `length` bits at bit `at`, 16 at the most; 4 bytes must follow. */
export function bitsAt(bits: DataView, at: number, length: number): number {
  return length === 0 ? 0 : (bits.getInt32(at >>> 3) << (at & 7)) >>> (32 - length);
}
