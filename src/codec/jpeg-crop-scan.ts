import { ImageServerError } from '../errors.ts';
import { uint16 } from './bytes.ts';
import {
  acEntry,
  dcCodes,
  dcEntry,
  type HuffmanCodes,
  type HuffmanList,
  type HuffmanWalk,
  huffmanWalk,
  readHuffmanLists,
} from './jpeg-crop-huffman.ts';
import { headerSegments, type JpegFrame, type JpegSegment, jpegFrame } from './jpeg-frame.ts';

/** The one scan of a sequential Huffman-coded JPEG, and the MCUs (minimum coded units) it is made of. */
export interface SequentialScan {
  readonly frame: JpegFrame;
  readonly segments: readonly JpegSegment[];
  /** In pixels. */
  readonly mcuWidth: number;
  readonly mcuHeight: number;
  /** MCUs from one restart marker to the next; 0 where there are none. */
  readonly restartInterval: number;
  /** Where the entropy-coded data begins. */
  readonly dataOffset: number;
}

/** One 8 × 8 block of an MCU. */
export interface McuBlock {
  /** Index of the component in the frame. */
  readonly component: number;
  /** Whether it is the component's first in the MCU, whose DC difference refers to the MCU before. */
  readonly first: boolean;
  readonly dc: HuffmanWalk;
  readonly ac: HuffmanWalk;
  readonly dcCodes: HuffmanCodes;
}

const DHT = 0xc4;
const SOS = 0xda;
export const DRI = 0xdd;

/** Section B.2.3; decoders refuse more. */
const MAX_BLOCKS = 10;

/** Reads the header; undefined where it is damaged or the data isn't one sequential Huffman-coded scan of 8-bit samples. */
export function readSequentialScan(jpeg: Uint8Array): SequentialScan | undefined {
  const header = readHeader(jpeg);
  if (header === undefined) return undefined;
  const { frame, segments } = header;
  const { process, coding, precision, interleaved, components } = frame;
  if (process !== 'baseline' && process !== 'extended') return undefined;
  if (coding !== 'huffman' || precision !== 8 || !interleaved) return undefined;
  const sos = segments.at(-1);
  const dri = segments.findLast(({ marker }) => marker === DRI);
  if (sos === undefined || sos.end !== sos.offset + 8 + 2 * components.length) return undefined;
  // A component alone is stored block by block, whatever its sampling factors are (section A.2.2).
  const alone = components.length === 1;
  return {
    frame,
    segments,
    mcuWidth: alone ? 8 : 8 * Math.max(...components.map(({ h }) => h)),
    mcuHeight: alone ? 8 : 8 * Math.max(...components.map(({ v }) => v)),
    restartInterval: dri === undefined ? 0 : uint16(jpeg, dri.offset + 4),
    dataOffset: sos.end,
  };
}

function readHeader(jpeg: Uint8Array): Pick<SequentialScan, 'frame' | 'segments'> | undefined {
  try {
    const segments = headerSegments(jpeg);
    return { frame: jpegFrame(jpeg, segments), segments };
  } catch (cause) {
    if (cause instanceof ImageServerError) return undefined;
    throw cause;
  }
}

/**
 * The blocks of one MCU in the order of the data, with their Huffman tables: the tile's own, or else those of `shared`
 * (TIFF's JPEGTables). Undefined where the scan header or a table is damaged or missing.
 */
export function readMcu(
  jpeg: Uint8Array,
  { frame, segments }: SequentialScan,
  shared: Uint8Array | undefined,
): readonly McuBlock[] | undefined {
  const lists = new Map<number, HuffmanList>();
  const sharedSegments = shared === undefined ? [] : readTableSegments(shared);
  const readAll = (bytes: Uint8Array, from: readonly JpegSegment[]) =>
    from.filter(({ marker }) => marker === DHT).every((segment) => readHuffmanLists(bytes, segment, lists));
  if (shared !== undefined && !readAll(shared, sharedSegments)) return undefined;
  if (!readAll(jpeg, segments)) return undefined;

  const scan = (segments.at(-1)?.offset ?? 0) + 5;
  const alone = frame.components.length === 1;
  const mcu: McuBlock[] = [];
  for (const [component, { id, h, v }] of frame.components.entries()) {
    // A scan names its components in the frame's order (section B.2.3).
    if (jpeg[scan + 2 * component] !== id) return undefined;
    const numbers = jpeg[scan + 2 * component + 1] ?? 0;
    const dcList = lists.get(numbers >> 4);
    const acList = lists.get(0x10 | (numbers & 15));
    const dc = dcList && huffmanWalk(dcList, dcEntry);
    const ac = acList && huffmanWalk(acList, acEntry);
    if (!dc || !ac) return undefined;
    const codes = dcCodes(dcList);
    const blocks = alone ? 1 : h * v;
    for (let block = 0; block < blocks; block++) mcu.push({ component, first: block === 0, dc, ac, dcCodes: codes });
  }
  return mcu.length <= MAX_BLOCKS ? mcu : undefined;
}
