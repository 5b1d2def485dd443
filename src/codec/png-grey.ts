import { isBitonal, packBitonal } from './bitonal.ts';
import { concat } from './bytes.ts';
import type { Pixels } from './codec.ts';
import { deflate, PNG_SIGNATURE, pngChunk } from './png-chunks.ts';

/** Filter type of a row (PNG, section 9.2); without a filter it is 0. */
const UP = 2;

/**
 * Encodes grey as grey, which the PNG codec can't: pictures of nothing but black and white take one bit per pixel,
 * others 8. Several times smaller than the same picture as RGBA.
 */
export async function encodeGreyPng(pixels: Pixels & { readonly channels: 1 }): Promise<Uint8Array> {
  const { width, height, data } = pixels;
  const bitonal = isBitonal(pixels);
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  view.setUint8(8, bitonal ? 1 : 8);
  const rows = bitonal ? packBitonal(pixels, 1) : filteredRows(width, height, data);
  return concat([
    PNG_SIGNATURE,
    pngChunk('IHDR', header),
    pngChunk('IDAT', await deflate(rows)),
    pngChunk('IEND', new Uint8Array(0)),
  ]);
}

function filteredRows(width: number, height: number, data: Uint8Array): Uint8Array {
  const rows = new Uint8Array((1 + width) * height);
  for (let y = 0, from = 0, to = 0; y < height; y++) {
    rows[to++] = UP;
    for (let x = 0; x < width; x++, from++, to++) rows[to] = (data[from] ?? 0) - (data[from - width] ?? 0);
  }
  return rows;
}
