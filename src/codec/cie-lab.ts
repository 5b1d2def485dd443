import { srgbOfXyz } from '../kernel/colour-matrix.ts';
import type { ColourTable } from '../kernel/colour-table.ts';
import { coloursOfNodes } from './icc-table.ts';

/** X and Z of D50, the white that TIFF and ICC relate L*a*b* to (ICC.1:2022, section 7.2.16). */
export const D50 = { X: 0.9642, Z: 0.8249 } as const;

/** CIE 15:2004, section 8.2.1.1. */
const KAPPA = 24_389 / 27;

/** Within ΔE2000 0.17 of the formula on average and 0.9 at most, for colours that sRGB has; 17 nodes: 0.4 and 2.6. */
const GRID = 33;

/** The luminance, 0–1, of a lightness of 0–100. */
export function luminanceOf(lightness: number): number {
  return lightness > 8 ? ((lightness + 16) / 116) ** 3 : lightness / KAPPA;
}

/**
 * The table from L*a*b* relative to D50 to sRGB. Its inputs are as ICC encodes them in 8 bits: L* of 0–100 as 0–255,
 * a* and b* 128 higher than they are (ICC.1:2022, section 6.3.4.2).
 */
export function labTable(): ColourTable {
  const colours = coloursOfNodes(GRID, 3);
  const nodes = new Uint16Array(colours.length);
  const value = (index: number) => (colours[index] ?? 0) / 257;
  for (let i = 0; i < nodes.length; i += 3) {
    const lightness = value(i) / 2.55;
    const y = (lightness + 16) / 116;
    const x = y + (value(i + 1) - 128) / 500;
    const z = y - (value(i + 2) - 128) / 200;
    const srgb = srgbOfXyz(D50.X * cubed(x), luminanceOf(lightness), D50.Z * cubed(z));
    nodes.set(
      srgb.map((level) => Math.round(level * 65_535)),
      i,
    );
  }
  return { inputs: 3, grid: GRID, nodes };
}

function cubed(t: number): number {
  return t > 6 / 29 ? t ** 3 : (116 * t - 16) / KAPPA;
}
