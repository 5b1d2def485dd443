/** The entropy-coded data of a scan as plain bits (ISO/IEC 10918-1, sections B.1.1.5 and F.1.2.3). */
export interface EntropyData {
  /** Without stuffed zero bytes and restart markers, with `MARGIN` zero bytes after it. */
  readonly bits: DataView;
  /** Where each restart interval ends, in bits; the next one begins there. */
  readonly ends: readonly number[];
}

/** A whole block may be read after the last bit: 64 coefficients of 31 bits at the most, and what a look-up peeks at. */
const MARGIN = 256;

/** Places are counted in bits, in 32-bit integers; no tile comes near. */
const MAX_BYTES = 2 ** 26;

/** Stands after each 0xFF that is data. */
export const STUFFED = 0x00;
const RST0 = 0xd0;
export const EOI = 0xd9;
const FILL = 0xff;

/** Takes markers and stuffing out of the data that begins at `offset`; undefined where anything but EOI ends it, or it is absurdly long. */
export function readEntropyData(jpeg: Uint8Array, offset: number): EntropyData | undefined {
  if (jpeg.length > MAX_BYTES) return undefined;
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

/** `length` bits at bit `at`, 16 at the most; 4 bytes must follow. */
export function bitsAt(bits: DataView, at: number, length: number): number {
  return length === 0 ? 0 : (bits.getInt32(at >>> 3) << (at & 7)) >>> (32 - length);
}
