import { concat, hasAscii, uint16 } from './bytes.ts';
import { fittingProfile, iccSegments } from './icc.ts';
import {
  assertColour,
  assertReadableJpeg,
  headerSegments,
  type JpegFrame,
  type JpegSegment,
  jpegFrame,
} from './jpeg-frame.ts';
import { type JpegMetadata, jfifSegment, xmpSegment } from './jpeg-metadata.ts';

export interface SpliceOptions extends JpegMetadata {
  /** Colour transform of the data, as the container says. */
  readonly colour: 'ycbcr' | 'rgb' | 'grey';
  /** TIFF's JPEGTables: quantisation and Huffman tables shared by all tiles, with SOI and EOI. */
  readonly tables?: Uint8Array | undefined;
  /** ICC profile to embed; left out where its colour space isn't the picture's. */
  readonly profile?: Uint8Array | undefined;
}

interface Edit {
  /** Half-open range of the tile's bytes that is replaced. */
  readonly from: number;
  readonly to: number;
  readonly by: Uint8Array;
}

const APP0 = 0xe0;
const APP1 = 0xe1;
const APP2 = 0xe2;
const APP13 = 0xed;
const APP14 = 0xee;
const DQT = 0xdb;
const DHT = 0xc4;
const NOTHING = new Uint8Array(0);
const END = new Uint8Array([0xff, 0xd9]);

/**
 * Makes a whole JPEG file of a tile's bytes without touching its pixels: shared tables are put in, the colour
 * transform is stated by an Adobe segment where decoders would otherwise guess, the profile is embedded. Exif, XMP and
 * Photoshop's segments go: they tell of the file, not of the tile, may show what is redacted, and turn it in browsers.
 * A tile that needs none of this is returned as it is.
 * @throws {ImageServerError} 502 when the data is damaged or isn't the colour it is said to be,
 * 501 when neither browsers nor the decoder can show it.
 */
export function spliceJpeg(tile: Uint8Array, options: SpliceOptions): Uint8Array {
  const { colour, tables, resolution, xmp } = options;
  const segments = headerSegments(tile);
  const frame = jpegFrame(tile, segments);
  assertReadableJpeg(frame);
  assertColour(frame.components.length, colour);
  const profile = fittingProfile(options.profile, colour === 'grey' ? 1 : 3);
  const jfif = segments.find((segment) => segment.marker === APP0 && hasAscii(tile, segment.offset + 4, 'JFIF\0'));
  const adobe = segments.filter((segment) => isAdobe(tile, segment));
  const marked = isMarked(options, frame, jfif !== undefined, tile[(adobe.at(-1)?.offset ?? tile.length) + 15]);

  const dropped = [
    ...(marked ? [] : adobe),
    ...segments.filter(({ marker }) => marker === APP1 || marker === APP13),
    // A decoder that sees JFIF takes three components for YCbCr, whatever else it sees.
    ...(jfif && (colour === 'rgb' || resolution) ? [jfif] : []),
    ...(profile ? segments.filter((segment) => isIcc(tile, segment)) : []),
  ];
  const inserted = [
    ...(resolution && colour !== 'rgb' ? [jfifSegment(resolution)] : []),
    ...(xmp ? [xmpSegment(xmp)] : []),
    ...(marked ? [] : [adobeSegment(colour === 'rgb' ? 0 : 1)]),
    ...(profile ? [iccSegments(profile)] : []),
    ...(tables ? sharedTables(tables) : []),
  ];
  // JFIF wants its segment right after SOI.
  const head = jfif && jfif === segments[0] && colour !== 'rgb' ? jfif.end : 2;
  const edits: Edit[] = [
    ...inserted.map((by) => ({ from: head, to: head, by })),
    ...dropped.map(({ offset, end }) => ({ from: offset, to: end, by: NOTHING })),
  ];
  // Some writers leave out EOI; browsers draw such a picture, but a strict decoder calls it truncated.
  if (uint16(tile, tile.length - 2) !== 0xffd9) edits.push({ from: tile.length, to: tile.length, by: END });
  return edits.length === 0 ? tile : apply(tile, edits);
}

/** Whether decoders will take the colour transform right as it stands; `transform` is the Adobe segment's, if any. */
function isMarked(
  { colour, tables }: SpliceOptions,
  { components }: JpegFrame,
  jfif: boolean,
  transform: number | undefined,
): boolean {
  if (colour === 'grey') return true;
  if (colour === 'rgb') return transform === 0;
  if (transform !== undefined) return transform === 1;
  // JFIF's numbers for Y, Cb and Cr are understood without a segment; a whole tile is then spared the copy.
  return jfif || (tables === undefined && components.every(({ id }, i) => id === i + 1));
}

function isAdobe(bytes: Uint8Array, { marker, offset, end }: JpegSegment): boolean {
  return marker === APP14 && end >= offset + 16 && hasAscii(bytes, offset + 4, 'Adobe');
}

function isIcc(bytes: Uint8Array, { marker, offset }: JpegSegment): boolean {
  return marker === APP2 && hasAscii(bytes, offset + 4, 'ICC_PROFILE\0');
}

/** Adobe Technical Note 5116, section 18: version 100, no flags, the colour transform. */
function adobeSegment(transform: 0 | 1): Uint8Array {
  return new Uint8Array([0xff, APP14, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, transform]);
}

/** Only tables are shared (TIFF Technical Note 2): a restart interval in there ends with the tables' own EOI. */
function sharedTables(tables: Uint8Array): Uint8Array[] {
  return headerSegments(tables)
    .filter(({ marker }) => marker === DQT || marker === DHT)
    .map(({ offset, end }) => tables.subarray(offset, end));
}

/** Edits at the same place are made in their order; they don't overlap. */
function apply(bytes: Uint8Array, edits: readonly Edit[]): Uint8Array {
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const { from, to, by } of edits.toSorted((a, b) => a.from - b.from)) {
    parts.push(bytes.subarray(offset, from), by);
    offset = to;
  }
  parts.push(bytes.subarray(offset));
  return concat(parts);
}
