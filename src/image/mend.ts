const TILING = '--tile --pyramid --tile-width 512 --tile-height 512';

/** Options of `vips tiffsave` that write what Potto reads best: photographs as JPEG, alpha and 16 bit as Deflate. */
export const VIPS_TILING = {
  jpeg: `${TILING} --compression jpeg --Q 85`,
  deflate: `${TILING} --compression deflate --predictor horizontal`,
} as const;
