import { hasAscii } from './bytes.ts';
import { headerSegments, type JpegFrame, type JpegSegment, jpegFrame } from './jpeg-frame.ts';
import { type JpegTables, noTables, readTables } from './jpeg-tables.ts';

export interface BaselineComponent {
  /** Blocks in an MCU, across and down: 1–4. */
  readonly across: number;
  readonly down: number;
  /** 80 steps, `decoderTable`s. */
  readonly quantisation: Uint16Array;
  readonly dc: Uint32Array;
  readonly ac: Uint32Array;
}

/** A JPEG that `decodeBaseline` can decode: its header is read and checked, its data isn't yet. */
export interface BaselineJpeg {
  readonly kind: 'baseline';
  readonly width: number;
  readonly height: number;
  readonly colour: JpegColour;
  /** Inks are stored inverted. */
  readonly inverted: boolean;
  /** 1, 3 or 4. */
  readonly components: readonly BaselineComponent[];
  /** MCUs between restart markers; 0: none. */
  readonly restartInterval: number;
  /** Entropy-coded data, and whatever follows it. */
  readonly data: Uint8Array;
}

export type JpegColour = 'grey' | 'ycbcr' | 'rgb' | 'cmyk' | 'ycck';

/** A JPEG that must be decoded by other means, and why. */
export interface UnsupportedJpeg {
  readonly kind: 'unsupported';
  readonly reason: string;
}

export interface JpegContext {
  /** TIFF's JPEGTables: tables shared by all tiles. */
  readonly tables?: Uint8Array | undefined;
  /** What the container says of the colours; without it the JPEG's own segments tell. */
  readonly colour?: JpegColour | undefined;
  /** With the colour: inks are stored inverted. */
  readonly inverted?: boolean | undefined;
}

const APP0 = 0xe0;
const APP14 = 0xee;
const LARGEST_STEP = 32_767;
/** Section B.2.3. */
const MAX_BLOCKS = 10;

/**
 * Reads the header of a JPEG: sequential Huffman, 8 bits, grey, three colours or four inks, all in one scan.
 * @throws {ImageServerError} 502 when the bytes aren't a whole JPEG header.
 */
export function readBaseline(bytes: Uint8Array, context: JpegContext = {}): BaselineJpeg | UnsupportedJpeg {
  const segments = headerSegments(bytes);
  const frame = jpegFrame(bytes, segments);
  const reason = unusual(frame);
  if (reason !== undefined) return { kind: 'unsupported', reason };

  const tables = noTables();
  if (context.tables !== undefined) {
    readTables(tables, context.tables, headerSegments(context.tables));
    // A restart interval is no table: it ends with the tables' own EOI (TIFF Technical Note 2).
    tables.restartInterval = 0;
  }
  readTables(tables, bytes, segments);
  const scan = segments.at(-1);
  const components = scan && readComponents(bytes, frame, scan, tables);
  if (components === undefined) return { kind: 'unsupported', reason: 'an incomplete or unusual scan' };
  const told =
    context.colour === undefined ? coloursOf(bytes, frame, segments) : { ...context, colour: context.colour };
  return {
    kind: 'baseline',
    width: frame.width,
    height: frame.height,
    colour: frame.components.length === 1 ? 'grey' : told.colour,
    inverted: frame.components.length === 4 && told.inverted === true,
    components,
    restartInterval: tables.restartInterval,
    data: bytes.subarray(scan?.end),
  };
}

function unusual({ process, coding, precision, components, interleaved }: JpegFrame): string | undefined {
  if (process !== 'baseline' && process !== 'extended') return `${process} JPEG`;
  if (coding !== 'huffman') return `${coding} coding`;
  if (precision !== 8) return `${precision} bits`;
  if (components.length !== 1 && components.length !== 3 && components.length !== 4)
    return `${components.length} components`;
  if (!interleaved) return 'several scans';
  if (components.length === 1) return undefined;
  const widest = Math.max(...components.map(({ h }) => h));
  const highest = Math.max(...components.map(({ v }) => v));
  if (components.some(({ h, v }) => widest % h !== 0 || highest % v !== 0)) return 'fractional subsampling';
  const blocks = components.reduce((sum, { h, v }) => sum + h * v, 0);
  return blocks > MAX_BLOCKS ? `${blocks} blocks in an MCU` : undefined;
}

/** Undefined where a table is missing or the scan isn't of all components from the first to the last coefficient. */
function readComponents(
  bytes: Uint8Array,
  { components }: JpegFrame,
  { offset, end }: JpegSegment,
  tables: JpegTables,
): readonly BaselineComponent[] | undefined {
  const at = offset + 5;
  const rest = at + 2 * components.length;
  if (end !== rest + 3 || bytes[rest] !== 0 || bytes[rest + 1] !== 63 || bytes[rest + 2] !== 0) return undefined;
  const found: BaselineComponent[] = [];
  for (const [i, { id, h, v, quantisation: step }] of components.entries()) {
    const selector = bytes[at + 2 * i + 1] ?? 0;
    const quantisation = tables.quantisation.get(step);
    const dc = tables.dc.get(selector >> 4);
    const ac = tables.ac.get(selector & 15);
    if (bytes[at + 2 * i] !== id || !quantisation || !dc || !ac) return undefined;
    if (quantisation.some((value) => value > LARGEST_STEP)) return undefined;
    // A scan of one component has one block in each MCU, whatever its factors (section A.2.2).
    const alone = components.length === 1;
    found.push({ across: alone ? 1 : h, down: alone ? 1 : v, quantisation, dc, ac });
  }
  return found;
}

interface JpegColours {
  readonly colour: JpegColour;
  readonly inverted?: boolean | undefined;
}

/** As libjpeg guesses. */
export function coloursOf(bytes: Uint8Array, { components }: JpegFrame, segments: readonly JpegSegment[]): JpegColours {
  const adobe = segments.findLast(
    ({ marker, offset, end }) => marker === APP14 && end >= offset + 16 && hasAscii(bytes, offset + 4, 'Adobe'),
  );
  const transform = adobe && bytes[adobe.offset + 15];
  if (components.length === 1) return { colour: 'grey' };
  if (components.length === 4) return { colour: transform === 2 ? 'ycck' : 'cmyk', inverted: adobe !== undefined };
  const jfif = segments.some(({ marker, offset }) => marker === APP0 && hasAscii(bytes, offset + 4, 'JFIF\0'));
  if (jfif) return { colour: 'ycbcr' };
  if (adobe !== undefined) return { colour: transform === 0 ? 'rgb' : 'ycbcr' };
  return { colour: String.fromCharCode(...components.map(({ id }) => id)) === 'RGB' ? 'rgb' : 'ycbcr' };
}
