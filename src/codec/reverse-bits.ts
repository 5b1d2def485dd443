let table: Uint8Array | undefined;

/** A copy whose bytes have their bits in reverse order (TIFF 6.0, FillOrder 2). */
export function reverseBits(bytes: Uint8Array): Uint8Array {
  table ??= Uint8Array.from({ length: 256 }, (_, byte) => {
    let reversed = 0;
    for (let bit = 0; bit < 8; bit++) reversed |= ((byte >> bit) & 1) << (7 - bit);
    return reversed;
  });
  const reversed = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) reversed[i] = table[bytes[i] ?? 0] ?? 0;
  return reversed;
}
