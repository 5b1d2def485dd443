// The pixel kernel: pure functions over one linear memory, no state, no static data, no allocation.
// The host owns the memory map and checks every rectangle before it calls; see ../memory.ts.
// Every raster is RGBA8 with rows aligned to 64 bytes and readable slack behind the last one, so a loop over a
// whole raster's row may run on to a multiple of 64 bytes. Loops that write into a part of a raster may not.

/** First byte the host may give out. */
export function heapBase(): usize {
  return __heap_base;
}

export { expandGrey, expandRgb, interleave, gather8, gather16 } from './place';
export { swap16, unpredict8, unpredict16, narrow16 } from './samples';
export { box2, box, boxWeighted } from './reduce';
export { resample } from './resample';
export { resampleWeighted } from './resample-weighted';
export { copyRows, mirror, turnHalf, turnQuarter } from './turn';
export { rotate } from './rotate';
export { isOpaque, flatten, grey, bitonal, packGrey, packRgb } from './colour';
