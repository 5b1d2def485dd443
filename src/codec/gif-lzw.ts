/** Codes have at most 12 bits (GIF89a, appendix F). */
const MAX_CODES = 4096;

/**
 * Undoes GIF's LZW: `offset` is where the code size stands, sub-blocks follow. Exactly `length` indices, or undefined
 * where the data ends before or holds a code that can't be. What follows is ignored.
 */
export function inflateGif(bytes: Uint8Array, offset: number, length: number): Uint8Array | undefined {
  const size = bytes[offset] ?? 0;
  if (size < 1 || size > 8) return undefined;
  const clear = 1 << size;
  const end = clear + 1;
  // Of each code: the one before its last index, that index, and how many it stands for.
  const before = new Uint16Array(MAX_CODES);
  const last = new Uint8Array(MAX_CODES);
  const lengths = new Uint16Array(MAX_CODES);
  for (let code = 0; code < clear; code++) {
    last[code] = code;
    lengths[code] = 1;
  }
  const output = new Uint8Array(length);
  let next = end + 1;
  let width = size + 1;
  let previous = -1;
  let written = 0;
  let bits = 0;
  let pending = 0;
  let at = offset + 1;
  let left = 0;
  while (written < length) {
    while (pending < width) {
      if (left === 0) {
        left = bytes[at] ?? 0;
        at += 1;
        if (left === 0) return undefined;
      }
      if (at >= bytes.length) return undefined;
      bits |= (bytes[at] ?? 0) << pending;
      at += 1;
      left -= 1;
      pending += 8;
    }
    const code = bits & ((1 << width) - 1);
    bits >>>= width;
    pending -= width;
    if (code === clear) {
      next = end + 1;
      width = size + 1;
      previous = -1;
      continue;
    }
    if (code === end || code > next || (code === next && previous < 0)) return undefined;
    // A code that is only now being made: the string before and its own first index again.
    const known = code < next ? code : previous;
    const count = lengths[known] ?? 0;
    let place = written + count;
    let first = known;
    for (let link = known; place > written; link = before[link] ?? 0) {
      place -= 1;
      first = link;
      if (place < length) output[place] = last[link] ?? 0;
    }
    const firstIndex = last[first] ?? 0;
    written += count;
    if (code === next) {
      if (written < length) output[written] = firstIndex;
      written += 1;
    }
    if (previous >= 0 && next < MAX_CODES) {
      before[next] = previous;
      last[next] = firstIndex;
      lengths[next] = (lengths[previous] ?? 0) + 1;
      next += 1;
      if (next === 1 << width && width < 12) width += 1;
    }
    previous = code;
  }
  return output;
}
