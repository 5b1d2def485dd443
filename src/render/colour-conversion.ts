import type { Colour } from '../image/image.ts';
import type { MatrixTables } from '../kernel/colour-matrix.ts';
import type { PreparedTable } from '../kernel/colour-table.ts';
import type { Rect } from '../kernel/geometry.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Raster } from '../kernel/raster.ts';

/** How an image's colours become sRGB: 12–290 KB of plain data, little beside the tiles of a job. */
export type ColourConversion =
  | { readonly kind: 'matrix'; readonly tables: MatrixTables }
  | { readonly kind: 'table'; readonly table: PreparedTable };

/** Converts a raster, or a part of it in whole pixels, in place. */
export function convertColours(kernel: Kernel, raster: Raster, conversion: ColourConversion, rect?: Rect): void {
  if (conversion.kind === 'matrix') kernel.applyMatrix(raster, conversion.tables, rect);
  else kernel.applyTable(raster, conversion.table, rect);
}

/**
 * Whether each tile is converted as it is placed, instead of the whole once it is scaled: CMYK has K in the place of
 * alpha, by which everything else would weigh colours, and the hues of L*a*b* aren't a screen's.
 */
export function isConvertedByTile({ space }: Colour): boolean {
  return space === 'cmyk' || space === 'lab';
}
