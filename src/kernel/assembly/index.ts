// The pixel kernel: functions over one linear memory, no allocation. Only the JPEG coders keep a state, bits that don't
// fill a byte yet: the decoder's ends with its call, the encoder's with its picture.
// The host owns the memory map and checks every rectangle before it calls; see ../memory.ts.
// Every raster is RGBA8 with rows aligned to 64 bytes and readable slack behind the last one, so a loop over a
// whole raster's row may run on to a multiple of 64 bytes. Loops that write into a part of a raster may not.

/** First byte the host may give out. */
export function heapBase(): usize {
  return __heap_base;
}

export { expandGrey, expandRgb, expandRgba, interleave, gather8 } from './place';
export { unassociate, gatherAssociated16 } from './unassociate';
export { expandBits, expandIndexed, unpackBits } from './indexed';
export { swap16, swap24, swap32, narrow16 } from './samples';
export { unpredict8, unpredict16, unpredict32, joinBytes } from './predict';
export { narrowWindow } from './window';
export { box2, box, boxWeighted } from './reduce';
export { resample } from './resample';
export { resampleWeighted } from './resample-weighted';
export { copyRows, mirror, turnHalf, turnQuarter } from './turn';
export { rotate } from './rotate';
export { isOpaque, flatten, grey, bitonal, packGrey, packRgb } from './colour';
export { compose } from './compose';
export { applyMatrix } from './colour-matrix';
export { applyTable3, applyTable4 } from './colour-table';
export { jpegDecode } from './jpeg/decode';
export { jpegEncode, jpegPad } from './jpeg/encode';
