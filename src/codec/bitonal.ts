import type { Pixels } from './codec.ts';

/** Pixels of one grey sample. */
export type GreyPixels = Pixels & { readonly channels: 1 };

/** Whether there is nothing but black and white. */
export function isBitonal({ data }: GreyPixels): boolean {
  return data.every((sample) => sample === 0 || sample === 255);
}

/** Rows of one bit a pixel, 1 is white, each begun by `lead` zero bytes and filled up to whole bytes. */
export function packBitonal({ width, height, data }: GreyPixels, lead = 0): Uint8Array {
  const stride = lead + Math.ceil(width / 8);
  const rows = new Uint8Array(stride * height);
  for (let y = 0, from = 0; y < height; y++) {
    const row = y * stride + lead;
    for (let x = 0; x < width; x++, from++) {
      if (data[from]) {
        const at = row + (x >> 3);
        rows[at] = (rows[at] ?? 0) | (0x80 >> (x & 7));
      }
    }
  }
  return rows;
}
