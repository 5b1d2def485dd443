/** Joins parts into one new array: one allocation, each part copied once. */
export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Whether `text` (ASCII) stands at `offset`; false where the bytes end before it does. */
export function hasAscii(bytes: Uint8Array, offset: number, text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    if (bytes[offset + i] !== text.charCodeAt(i)) return false;
  }
  return true;
}

/** Big-endian 16 bits at `offset`; NaN past the end, so that every comparison with it fails. */
export function uint16(bytes: Uint8Array, offset: number): number {
  return (bytes[offset] ?? Number.NaN) * 256 + (bytes[offset + 1] ?? Number.NaN);
}
