import { damaged } from '../header-windows.ts';

/** Entries of a palette (ISO/IEC 15444-1, table I.12). */
const MAX_ENTRIES = 1024;

/** A palette as RGBA, 8 bits each, and which of these come from the file. */
export interface Palette {
  readonly colours: Uint8Array;
  readonly columns: number;
}

/**
 * The palette of the boxes `pclr` and `cmap` (sections I.5.3.4 and I.5.3.5): one column is grey, three are colours, a
 * further one is alpha, if `alpha` says so. Undefined for other numbers of columns.
 * @throws {ImageServerError} 502 where the box is too short.
 */
export function readPalette(pclr: DataView, alpha: boolean): Palette | undefined {
  if (pclr.byteLength < 3) throw damaged('its palette is too short (box pclr)');
  const entries = pclr.getUint16(0);
  const columns = pclr.getUint8(2);
  const shown = columns - (alpha ? 1 : 0);
  if (entries > MAX_ENTRIES || pclr.byteLength < 3 + columns) throw damaged('its palette is not sound (box pclr)');
  if (shown !== 1 && shown !== 3) return undefined;
  const bits = Array.from({ length: columns }, (_, column) => (pclr.getUint8(3 + column) & 0x7f) + 1);
  const colours = new Uint8Array(4 * entries).fill(255);
  let at = 3 + columns;
  for (let entry = 0; entry < entries; entry++) {
    for (const [column, depth] of bits.entries()) {
      const wide = depth > 8;
      if (depth > 16 || at + (wide ? 2 : 1) > pclr.byteLength) throw damaged('its palette is too short (box pclr)');
      const stored = wide ? pclr.getUint16(at) : pclr.getUint8(at);
      const value = Math.round((stored * 255) / (2 ** depth - 1));
      at += wide ? 2 : 1;
      const isAlpha = alpha && column === columns - 1;
      const targets = isAlpha ? [3] : shown === 1 ? [0, 1, 2] : [column];
      for (const target of targets) colours[4 * entry + target] = value;
    }
  }
  return { colours, columns };
}
