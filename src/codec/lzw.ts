import { shortData } from './short-data.ts';

const CLEAR = 256;
const END = 257;
const FIRST_STRING = 258;
const SHORTEST_CODE = 9;
const LONGEST_CODE = 12;
const MAX_STRINGS = 1 << LONGEST_CODE;
/** Strings from this length on are copied by the engine, shorter ones byte by byte. */
const LONG_STRING = 32;

/** Where each code's string stands in the output, and how long it is: only of codes met since the last clear. */
const starts = new Int32Array(MAX_STRINGS);
const lengths = new Int32Array(MAX_STRINGS);

/**
 * Decodes LZW (TIFF 6.0, section 13) to exactly `length` bytes; what comes after them is ignored. Data of writers from
 * before 1990 has its codes the other way round in the bytes, and longer ones from one code later on.
 * @throws {ImageServerError} 502 when the data is damaged or gives fewer bytes.
 */
export function decodeLzw(bytes: Uint8Array, length: number): Uint8Array {
  // A clear code comes first: 100000000 as 80 0x, the old way as 00 x1.
  const old = bytes[0] === 0 && ((bytes[1] ?? 0) & 1) === 1;
  const output = new Uint8Array(length);
  const written = decodeStrings(bytes, output, old);
  if (written < length) throw shortData('LZW', length, written);
  return output;
}

/** Returns the number of bytes it could write. */
function decodeStrings(bytes: Uint8Array, output: Uint8Array, old: boolean): number {
  const { length } = output;
  const early = old ? 0 : 1;
  let written = 0;
  let at = 0;
  let bits = 0;
  let count = 0;
  let width = SHORTEST_CODE;
  let next = FIRST_STRING;
  let previous = 0;
  let previousLength = 0;
  while (written < length) {
    while (count < width) {
      if (at >= bytes.length) return written;
      const byte = bytes[at++] ?? 0;
      bits = old ? bits | (byte << count) : (bits << 8) | byte;
      count += 8;
    }
    count -= width;
    const code = (old ? bits : bits >>> count) & ((1 << width) - 1);
    if (old) bits >>>= width;
    if (code === END) return written;
    if (code === CLEAR) {
      width = SHORTEST_CODE;
      next = FIRST_STRING;
      previousLength = 0;
      continue;
    }
    // The string before and the first byte of this one: that is what stands there as soon as this one is written.
    if (previousLength > 0 && next < MAX_STRINGS) {
      starts[next] = previous;
      lengths[next++] = previousLength + 1;
      if (next === (1 << width) - early && width < LONGEST_CODE) width++;
    }
    if (code >= next) return written;
    previous = written;
    if (code < CLEAR) {
      output[written++] = code;
      previousLength = 1;
    } else {
      previousLength = lengths[code] ?? 0;
      written = repeat(output, starts[code] ?? 0, written, previousLength);
    }
  }
  return written;
}

/** Writes once more what stands at `from`, whose last byte may be the first one written; returns the end. */
function repeat(output: Uint8Array, from: number, to: number, length: number): number {
  const end = Math.min(output.length, to + length);
  if (length < LONG_STRING) {
    for (let at = to; at < end; ) output[at++] = output[from++] ?? 0;
    return end;
  }
  output.copyWithin(to, from, from + (end - to) - 1);
  output[end - 1] = output[from + (end - to) - 1] ?? 0;
  return end;
}
