import { readEntropyData } from './jpeg-crop-data.ts';
import { copyMcus } from './jpeg-crop-mcus.ts';
import { DRI, type Mcu, readMcu, readSequentialScan, type SequentialScan } from './jpeg-crop-scan.ts';
import { BitWriter } from './jpeg-crop-writer.ts';

/**
 * What a cut may add: a DC difference across dropped columns takes up to 27 bits, once per component and row of MCUs,
 * 650 bytes for a tile of 512 rows. Mostly that is far less than what is dropped.
 */
const GROWTH = 1024;

/**
 * Cuts a JPEG to its top-left `width` × `height` pixels without decoding it: the coefficients of what is kept stay as
 * they are. Within the same MCUs (blocks of 8–32 pixels) only the frame header changes, else the entropy-coded data is
 * cut too, and restart markers are taken out of it.
 *
 * `tables` are TIFF's JPEGTables, if the tile shares its Huffman tables; they aren't put in.
 * Returns the JPEG itself where it has that size; undefined where it can't be cut: it is smaller, isn't one sequential
 * Huffman-coded scan of 8-bit samples, is damaged, or needs a DC difference that its Huffman table has neither a code nor
 * room for.
 */
export function cropJpeg(
  jpeg: Uint8Array,
  width: number,
  height: number,
  tables?: Uint8Array | undefined,
): Uint8Array | undefined {
  const scan = readSequentialScan(jpeg);
  if (!scan || !(width >= 1 && height >= 1 && width <= scan.frame.width && height <= scan.frame.height)) {
    return undefined;
  }
  if (width === scan.frame.width && height === scan.frame.height) return jpeg;
  const { mcuWidth, mcuHeight, restartInterval } = scan;
  const columns = Math.ceil(scan.frame.width / mcuWidth);
  const keptColumns = Math.ceil(width / mcuWidth);
  const keptRows = Math.ceil(height / mcuHeight);
  if (keptColumns === columns && keptRows === Math.ceil(scan.frame.height / mcuHeight)) {
    return withSize(new Uint8Array(jpeg), scan, width, height);
  }
  const mcu = readMcu(jpeg, scan, tables);
  const data = mcu && readEntropyData(jpeg, scan.dataOffset);
  if (!data) return undefined;
  const { cut, dataOffset } = withoutData(jpeg, scan, mcu);
  withSize(cut, scan, width, height);
  const writer = new BitWriter(cut, dataOffset);
  const grid = { columns, keptColumns, keptRows, restartInterval };
  return copyMcus(data, mcu.blocks, grid, writer) ? writer.finish() : undefined;
}

/** The header with what the data will need, and space for the data. */
function withoutData(jpeg: Uint8Array, { segments, offset, dataOffset }: SequentialScan, { addedTables }: Mcu) {
  const cut = new Uint8Array(jpeg.length + GROWTH);
  const shift = addedTables?.length ?? 0;
  cut.set(jpeg.subarray(0, offset));
  if (addedTables) cut.set(addedTables, offset);
  cut.set(jpeg.subarray(offset, dataOffset), offset + shift);
  // An interval of 0 is none (section B.2.4.4).
  for (const segment of segments) if (segment.marker === DRI) cut.fill(0, segment.offset + 4, segment.end);
  return { cut, dataOffset: dataOffset + shift };
}

/** Writes the size into the frame header (section B.2.2). */
function withSize(jpeg: Uint8Array, { frame }: SequentialScan, width: number, height: number): Uint8Array {
  const view = new DataView(jpeg.buffer, jpeg.byteOffset);
  view.setUint16(frame.offset + 5, height);
  view.setUint16(frame.offset + 7, width);
  return jpeg;
}
