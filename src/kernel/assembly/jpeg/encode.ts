// Encodes RGBA rows as one baseline JPEG scan. The host writes the headers and lays out the memory
// (../../../codec/jpeg-encode.ts): the fields of this class stand there in the same order.
import { beginEntropy, encodeBlock, endEntropy, outputEnd, setOutput } from './entropy';
import { forward } from './fdct';
import { fullSamples, greySamples, halvedSamples } from './samples';

@unmanaged
class Encoding {
  source: usize;
  stride: i32;
  height: i32;
  /** In MCUs. */
  columns: i32;
  rows: i32;
  /** The next row of MCUs. */
  row: i32;
  /** Pixels of an MCU a side. */
  mcuSize: i32;
  /** Components: 1 or 3. */
  count: i32;
  /** Reciprocals of the quantisation steps, then tables of DC and AC codes, for luma and chroma. */
  lumaSteps: usize;
  chromaSteps: usize;
  lumaDc: usize;
  chromaDc: usize;
  lumaAc: usize;
  chromaAc: usize;
  /** Room for the blocks of one MCU. */
  blocks: usize;
  /** Room for the coded data, and how much of it a row of MCUs may need. */
  output: usize;
  outputBytes: i32;
  rowBytes: i32;
  /** DC values of the blocks before. */
  y: i32;
  cb: i32;
  cr: i32;
}

function encodeRow(e: Encoding): void {
  const size = e.mcuSize, top = e.row * size, lastRow = e.height - 1 - top, blocks = e.blocks, stride = e.stride;
  const lumaBlocks = size == 16 ? 4 : 1;
  const lumaSteps = e.lumaSteps, chromaSteps = e.chromaSteps, lumaDc = e.lumaDc, lumaAc = e.lumaAc, chromaDc = e.chromaDc, chromaAc = e.chromaAc;
  let y = e.y, cb = e.cb, cr = e.cr;
  let source = e.source + <usize>top * stride;
  for (let column = 0; column < e.columns; column++, source += size << 2) {
    if (size == 16) halvedSamples(source, stride, lastRow, blocks);
    else if (e.count == 3) fullSamples(source, stride, lastRow, blocks);
    else greySamples(source, stride, lastRow, blocks);
    let block = blocks;
    for (let i = 0; i < lumaBlocks; i++, block += 128) {
      forward(block, lumaSteps);
      y = encodeBlock(block, lumaDc, lumaAc, y);
    }
    if (e.count == 1) continue;
    forward(block, chromaSteps);
    cb = encodeBlock(block, chromaDc, chromaAc, cb);
    forward(block + 128, chromaSteps);
    cr = encodeBlock(block + 128, chromaDc, chromaAc, cr);
  }
  e.y = y; e.cb = cb; e.cr = cr;
}

/** Encodes as many rows of MCUs as surely fit into the output; returns the bytes written. `row` tells how far it came. */
export function jpegEncode(address: usize): i32 {
  const e = changetype<Encoding>(address);
  if (e.row == 0) beginEntropy();
  setOutput(e.output);
  while (e.row < e.rows && <i32>(outputEnd() - e.output) + e.rowBytes <= e.outputBytes) {
    encodeRow(e);
    e.row++;
    if (e.row == e.rows) endEntropy();
  }
  return <i32>(outputEnd() - e.output);
}

/** Repeats the last pixel of each row up to the end of its MCU. */
export function jpegPad(source: usize, stride: i32, width: i32, height: i32, padded: i32): void {
  for (let y = 0; y < height; y++, source += stride) {
    const pixel = load<u32>(source + (<usize>(width - 1) << 2));
    for (let x = width; x < padded; x++) store<u32>(source + (<usize>x << 2), pixel);
  }
}
