import { bitsAt, EOI, STUFFED } from './jpeg-crop-data.ts';

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
