import { ImageServerError } from '../errors.ts';
import { uint16 } from './bytes.ts';
import {
  acEntry,
  completeDcList,
  DHT,
  dcCodes,
  dcEntry,
  dcTablesSegment,
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
  /** Where the scan header stands, and where the entropy-coded data after it begins. */
  readonly offset: number;
  readonly dataOffset: number;
}

/** The blocks of one MCU in the order of the data. */
export interface Mcu {
  readonly blocks: readonly McuBlock[];
  /** DHT segment that must stand before the scan header for `dcCodes` to be understood; undefined where they are. */
  readonly addedTables: Uint8Array | undefined;
}

/** One 8 × 8 block of an MCU. */
export interface McuBlock {
  /** Index of the component in the frame. */
  readonly component: number;
  /** Whether it is the component's first in the MCU, whose DC difference refers to the MCU before. */
  readonly first: boolean;
  readonly dc: HuffmanWalk;
  readonly ac: HuffmanWalk;
  /** Codes for writing DC differences, also those that the scan doesn't use. */
  readonly dcCodes: HuffmanCodes;
}

/** Class of AC tables in a table's key. */
const AC = 0x10;
export const DRI = 0xdd;

/** Section B.2.3; decoders refuse more. */
const MAX_BLOCKS = 10;

/** Reads the header; undefined where it is damaged or the data isn't one sequential Huffman-coded scan of 8-bit samples. */
export function readSequentialScan(jpeg: Uint8Array): SequentialScan | undefined {
  const segments = undamaged(() => headerSegments(jpeg));
  const frame = segments && undamaged(() => jpegFrame(jpeg, segments));
  const sos = segments?.at(-1);
  if (!segments || !frame || !sos) return undefined;
  const { process, coding, precision, interleaved, components } = frame;
  if (process !== 'baseline' && process !== 'extended') return undefined;
  if (coding !== 'huffman' || precision !== 8 || !interleaved) return undefined;
  const dri = segments.findLast(({ marker }) => marker === DRI);
  if (sos.end !== sos.offset + 8 + 2 * components.length) return undefined;
  if (dri !== undefined && dri.end !== dri.offset + 6) return undefined;
  // A component alone is stored block by block, whatever its sampling factors are (section A.2.2).
  const alone = components.length === 1;
  return {
    frame,
    segments,
    mcuWidth: alone ? 8 : 8 * Math.max(...components.map(({ h }) => h)),
    mcuHeight: alone ? 8 : 8 * Math.max(...components.map(({ v }) => v)),
    restartInterval: dri === undefined ? 0 : uint16(jpeg, dri.offset + 4),
    offset: sos.offset,
    dataOffset: sos.end,
  };
}

/**
 * Reads what an MCU is made of, with Huffman tables of the tile's own, or else of `shared` (TIFF's JPEGTables).
 * Undefined where the scan header or a table is damaged or missing.
 */
export function readMcu(jpeg: Uint8Array, scan: SequentialScan, shared: Uint8Array | undefined): Mcu | undefined {
  const lists = readLists(jpeg, scan, shared);
  if (lists === undefined) return undefined;
  const { components } = scan.frame;
  const alone = components.length === 1;
  const selectors = scan.offset + 5;
  const blocks: McuBlock[] = [];
  const added = new Map<number, HuffmanList>();
  for (const [component, { id, h, v }] of components.entries()) {
    // A scan names its components in the frame's order (section B.2.3).
    if (jpeg[selectors + 2 * component] !== id) return undefined;
    const numbers = jpeg[selectors + 2 * component + 1] ?? 0;
    const dcList = lists.get(numbers >> 4);
    const acList = lists.get(AC | (numbers & 15));
    const dc = dcList && huffmanWalk(dcList, dcEntry);
    const ac = acList && huffmanWalk(acList, acEntry);
    if (!dc || !ac) return undefined;
    const complete = completeDcList(dcList);
    if (complete !== dcList) added.set(numbers >> 4, complete);
    const block = { component, dc, ac, dcCodes: dcCodes(complete) };
    for (let i = 0; i < (alone ? 1 : h * v); i++) blocks.push({ ...block, first: i === 0 });
  }
  if (blocks.length > MAX_BLOCKS) return undefined;
  return { blocks, addedTables: added.size > 0 ? dcTablesSegment(added) : undefined };
}

function readLists(
  jpeg: Uint8Array,
  { segments }: SequentialScan,
  shared: Uint8Array | undefined,
): ReadonlyMap<number, HuffmanList> | undefined {
  const lists = new Map<number, HuffmanList>();
  const read = (bytes: Uint8Array, from: readonly JpegSegment[] | undefined) =>
    from?.filter(({ marker }) => marker === DHT).every((segment) => readHuffmanLists(bytes, segment, lists));
  const sharedSegments = shared && undamaged(() => headerSegments(shared));
  if (shared && !read(shared, sharedSegments)) return undefined;
  return read(jpeg, segments) ? lists : undefined;
}

function undamaged<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof ImageServerError) return undefined;
    throw cause;
  }
}
