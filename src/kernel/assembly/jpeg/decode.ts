// Decodes one baseline JPEG scan into RGBA rows. The host has read the headers, checked them and laid out the memory
// (../../../codec/jpeg-decode.ts): the fields of these classes stand there in the same order.
import { inverse } from './idct';
import { fourthRow, rgbRow, yccRow } from './rows';
import { beginScan, decodeBlock, isExhausted, restart } from './scan';
import { between, doubleBetween, doubleRow, repeat } from './upsample';

@unmanaged
class Component {
  /** Blocks in an MCU, across and down. */
  across: i32;
  down: i32;
  /** Samples a side that a block gives: 8, or fewer when the picture is scaled down. */
  size: i32;
  /** Samples of a row that belong to the picture, and rows that do. */
  width: i32;
  height: i32;
  /** Pixels per sample. */
  expandX: i32;
  expandY: i32;
  /** Whether samples between samples are weighted by distance, else repeated. */
  smooth: i32;
  /** Samples of one row of MCUs, with a row before and one behind; this is the first one's address. */
  plane: usize;
  stride: i32;
  /** Room for one upsampled row. */
  row: usize;
  dc: usize;
  ac: usize;
  quantisation: usize;
  /** DC value of the block before. */
  previous: i32;
}

@unmanaged
class Picture {
  source: usize;
  sourceEnd: usize;
  /** In MCUs. */
  columns: i32;
  rows: i32;
  /** In pixels of the result. */
  mcuWidth: i32;
  mcuHeight: i32;
  height: i32;
  /** MCUs between restart markers; 0: none. */
  interval: i32;
  /** What is wanted. */
  left: i32;
  top: i32;
  width: i32;
  bottom: i32;
  target: usize;
  targetStride: i32;
  /** Room for one block and for 16 pixels. */
  block: usize;
  spare: usize;
  /** Whether the first components are Y, Cb, Cr. */
  ycc: i32;
  /** 1, 3 or 4. */
  count: i32;
  components: usize;
  /** Of four components: bits that are turned over in each pixel. */
  flip: u32;
}

const COMPONENT_BYTES: usize = offsetof<Component>();

@inline
function component(picture: Picture, index: i32): Component {
  return changetype<Component>(picture.components + <usize>index * COMPONENT_BYTES);
}

function forgetPredictions(picture: Picture): void {
  for (let c = 0; c < picture.count; c++) component(picture, c).previous = 0;
}

/** The row of samples for pixel row `y`, at full width; valid from column `left` on for `width` pixels. */
function fullRow(picture: Picture, c: Component, y: i32, mcuRow: i32): usize {
  const expandX = c.expandX, expandY = c.expandY;
  const row = c.plane + (y / expandY - mcuRow * c.down * c.size) * c.stride;
  if (expandX == 1 && !c.smooth) return row;
  const from = (picture.left / expandX) & ~7, to = (picture.left + picture.width - 1) / expandX + 1;
  const target = c.row;
  if (!c.smooth) {
    repeat(row, from, to, target, expandX);
  } else if (expandY == 1) {
    doubleRow(row, c.width, from, to, target);
  } else {
    const far = row + (y & 1 ? c.stride : -c.stride);
    if (expandX == 2) doubleBetween(row, far, c.width, from, to, target);
    else between(row, far, from, to, target, y & 1 ? 2 : 1);
  }
  return target;
}

/** Writes pixel rows `from` … `to`, as far as they are wanted. */
function emit(picture: Picture, mcuRow: i32, from: i32, to: i32): void {
  const left = picture.left, width = picture.width, spare = picture.spare;
  const first = component(picture, 0);
  const last = min(to, picture.bottom);
  for (let y = max(from, picture.top); y < last; y++) {
    const target = picture.target + (y - picture.top) * picture.targetStride;
    const a = fullRow(picture, first, y, mcuRow) + left;
    if (picture.count == 1) {
      rgbRow(a, a, a, target, width, spare);
      continue;
    }
    const b = fullRow(picture, component(picture, 1), y, mcuRow) + left;
    const c = fullRow(picture, component(picture, 2), y, mcuRow) + left;
    if (picture.ycc) yccRow(a, b, c, target, width, spare);
    else rgbRow(a, b, c, target, width, spare);
    if (picture.count == 4) fourthRow(fullRow(picture, component(picture, 3), y, mcuRow) + left, target, width, picture.flip);
  }
}

/** Puts rows where the smoothing of the next ones looks for its neighbours. */
function repeatEdges(picture: Picture, mcuRow: i32): void {
  for (let i = 0; i < picture.count; i++) {
    const c = component(picture, i), rows = c.down * c.size, stride = c.stride;
    if (mcuRow == 0) memory.copy(c.plane - stride, c.plane, c.width);
    const left = c.height - mcuRow * rows;
    if (left <= rows) memory.copy(c.plane + left * stride, c.plane + (left - 1) * stride, c.width);
  }
}

function keepLastRows(picture: Picture): void {
  for (let i = 0; i < picture.count; i++) {
    const c = component(picture, i), stride = c.stride;
    memory.copy(c.plane - stride, c.plane + (c.down * c.size - 1) * stride, c.width);
  }
}

/** Decodes the blocks of one MCU; false for invalid data. Where nobody will see them they make no samples. */
function decodeMcu(picture: Picture, column: i32, visible: bool): bool {
  const block = picture.block;
  for (let i = 0; i < picture.count; i++) {
    const c = component(picture, i), size = c.size, stride = c.stride;
    const dc = c.dc, ac = c.ac, quantisation = c.quantisation, previous = changetype<usize>(c) + offsetof<Component>('previous');
    for (let y = 0; y < c.down; y++) {
      let target = c.plane + y * size * stride + column * c.across * size;
      for (let x = 0; x < c.across; x++) {
        const last = decodeBlock(block, dc, ac, quantisation, previous);
        if (last < 0) return false;
        if (visible) inverse(block, last, target, stride, size);
        target += size;
      }
    }
  }
  return !isExhausted();
}

/** Pixels next to a wanted one whose samples smoothing may need: as many as share a sample at most. */
const MARGIN = 4;

/** Decodes as far as rows are wanted. False where the data is damaged; what was decoded before is written by then. */
export function jpegDecode(address: usize): bool {
  const picture = changetype<Picture>(address);
  const firstColumn = (picture.left - MARGIN) / picture.mcuWidth;
  const lastColumn = (picture.left + picture.width - 1 + MARGIN) / picture.mcuWidth;
  const interval = picture.interval;
  let untilRestart = interval, restarts = 0;
  beginScan(picture.source, picture.sourceEnd);
  forgetPredictions(picture);
  for (let mcuRow = 0; mcuRow < picture.rows; mcuRow++) {
    const top = mcuRow * picture.mcuHeight, bottom = top + picture.mcuHeight;
    const wanted = bottom + MARGIN > picture.top;
    for (let column = 0; column < picture.columns; column++) {
      if (interval) {
        if (untilRestart == 0) {
          if (!restart(restarts & 7)) return false;
          forgetPredictions(picture);
          untilRestart = interval;
          restarts++;
        }
        untilRestart--;
      }
      if (!decodeMcu(picture, column, wanted && column >= firstColumn && column <= lastColumn)) return false;
    }
    if (!wanted) continue;
    repeatEdges(picture, mcuRow);
    // The last row may still need the samples below it.
    const done = mcuRow == picture.rows - 1 ? picture.height : bottom - 1;
    emit(picture, mcuRow, top - 1, done);
    if (done >= picture.bottom) return true;
    keepLastRows(picture);
  }
  return true;
}
