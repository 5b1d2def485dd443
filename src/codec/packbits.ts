import { shortData } from './short-data.ts';

/** A head byte that means nothing (TIFF 6.0, section 9). */
const NOTHING = 128;

/**
 * Decodes PackBits (TIFF 6.0, section 9) to exactly `length` bytes; what comes after them is ignored.
 * @throws {ImageServerError} 502 when the data gives fewer.
 */
export function decodePackBits(bytes: Uint8Array, length: number): Uint8Array {
  const output = new Uint8Array(length);
  let at = 0;
  let written = 0;
  while (written < length && at < bytes.length) {
    const head = bytes[at++] ?? NOTHING;
    if (head < NOTHING) {
      const part = bytes.subarray(at, Math.min(at + head + 1, at + length - written));
      output.set(part, written);
      written += part.length;
      at += head + 1;
    } else if (head > NOTHING && at < bytes.length) {
      const end = Math.min(length, written + 257 - head);
      output.fill(bytes[at++] ?? 0, written, end);
      written = end;
    }
  }
  if (written < length) throw shortData('PackBits', length, written);
  return output;
}
