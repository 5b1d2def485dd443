import { damaged } from '../header-windows.ts';

/**
 * A ColorMap (TIFF 6.0, page 23) as RGBA of 8 bits: all reds, then all greens, then all blues, of 16 bits each. Some
 * writers give 8 bits: then no value passes 255, which as 16 bits would be a picture all but black (libtiff does so).
 * @throws {ImageServerError} 502 when it has another number of colours than `bitsPerSample` tell apart.
 */
export function paletteOf(colourMap: readonly number[], bitsPerSample: number): Uint8Array {
  const colours = 2 ** bitsPerSample;
  if (colourMap.length !== 3 * colours) {
    throw damaged(`its ColorMap has ${colourMap.length} values, where ${bitsPerSample} bits need ${3 * colours}`);
  }
  // The high byte is exact for writers that repeat the 8 bits and for those that add zeros; rounding is for one of them.
  const shift = colourMap.every((value) => value < 256) ? 0 : 8;
  const palette = new Uint8Array(4 * colours).fill(255);
  colourMap.forEach((value, index) => {
    palette[(index % colours) * 4 + Math.floor(index / colours)] = value >> shift;
  });
  return palette;
}
