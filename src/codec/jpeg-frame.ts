import { ImageServerError } from '../errors.ts';
import { uint16 } from './bytes.ts';

/** A marker segment of a JPEG header (ISO/IEC 10918-1, annex B), as a half-open range of bytes. */
export interface JpegSegment {
  /** Second byte of the marker: 0xDB is DQT. */
  readonly marker: number;
  /** Where its 0xFF stands; its parameters begin 4 bytes on. */
  readonly offset: number;
  readonly end: number;
}

export interface JpegComponent {
  readonly id: number;
  /** Horizontal and vertical sampling factor, 1–4. */
  readonly h: number;
  readonly v: number;
  /** Number of its quantisation table. */
  readonly quantisation: number;
}

/** What a JPEG's frame header says (ISO/IEC 10918-1, section B.2.2). */
export interface JpegFrame {
  readonly width: number;
  readonly height: number;
  /** Bits per sample. */
  readonly precision: number;
  readonly components: readonly JpegComponent[];
  readonly process: 'baseline' | 'extended' | 'progressive' | 'lossless' | 'hierarchical';
  readonly coding: 'huffman' | 'arithmetic';
  /** Whether the first scan holds all components. */
  readonly interleaved: boolean;
  /** Where the SOF segment's 0xFF stands; height is 5 bytes on, width 7. */
  readonly offset: number;
}

/** A header has a dozen segments, or 255 more with an ICC profile; a longer one is made to keep us busy. */
const MAX_SEGMENTS = 1024;

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;

/**
 * The segments from SOI to SOS (included), or to EOI (left out) where there is no scan, as in TIFF's JPEGTables.
 * @throws {ImageServerError} 502 when the bytes aren't a JPEG header.
 */
export function headerSegments(bytes: Uint8Array): readonly JpegSegment[] {
  if (uint16(bytes, 0) !== (0xff00 | SOI)) throw damaged('it does not begin with a JPEG start marker');
  return segmentsFrom(bytes, 2);
}

/**
 * The same from a marker on.
 * @throws {ImageServerError} 502
 */
export function segmentsFrom(bytes: Uint8Array, start: number): readonly JpegSegment[] {
  const segments: JpegSegment[] = [];
  let offset = start;
  for (;;) {
    if (bytes[offset] !== 0xff) throw damaged(`there is no marker at byte ${offset}`);
    // Any marker may be preceded by fill bytes (section B.1.1.2).
    while (bytes[offset + 1] === 0xff) offset++;
    const marker = bytes[offset + 1];
    if (marker === EOI) return segments;
    if (marker === undefined || marker < 0xc0 || (marker >= 0xd0 && marker <= SOI)) {
      throw damaged(`there is no header marker at byte ${offset}`);
    }
    const end = offset + 2 + uint16(bytes, offset + 2);
    if (!(end >= offset + 4 && end <= bytes.length)) throw damaged(`the segment at byte ${offset} runs past the end`);
    segments.push({ marker, offset, end });
    if (marker === SOS) return segments;
    if (segments.length > MAX_SEGMENTS) throw damaged(`its header has more than ${MAX_SEGMENTS} segments`);
    offset = end;
  }
}

/**
 * Reads the frame header; no pixels.
 * @throws {ImageServerError} 502 when the bytes aren't a whole JPEG header.
 */
export function jpegFrame(bytes: Uint8Array, segments = headerSegments(bytes)): JpegFrame {
  const sof = segments.find(({ marker }) => isStartOfFrame(marker));
  const sos = segments.at(-1);
  if (sof === undefined || sos?.marker !== SOS) throw damaged('it has no frame and scan');
  const { offset, end, marker } = sof;
  const count = bytes[offset + 9] ?? 0;
  if (count < 1 || end !== offset + 10 + 3 * count) throw damaged('its frame header has a wrong length');
  const components = Array.from({ length: count }, (_, i): JpegComponent => {
    const [id = 0, sampling = 0, quantisation = 0] = bytes.subarray(offset + 10 + 3 * i);
    return { id, h: sampling >> 4, v: sampling & 15, quantisation };
  });
  if (components.some(({ h, v }) => h < 1 || h > 4 || v < 1 || v > 4)) throw damaged('its sampling factors are wrong');
  const height = uint16(bytes, offset + 5);
  const width = uint16(bytes, offset + 7);
  if (width === 0 || height === 0) throw damaged('its frame has no width or no height');
  return {
    width,
    height,
    precision: bytes[offset + 4] ?? 0,
    components,
    process: processOf(marker),
    coding: marker >= 0xc9 ? 'arithmetic' : 'huffman',
    interleaved: bytes[sos.offset + 4] === count,
    offset,
  };
}

/**
 * Refuses what neither browsers nor the decoder here can show.
 * @throws {ImageServerError} 501, naming what was found.
 */
export function assertReadableJpeg({ process, coding, precision, components }: JpegFrame): void {
  const found =
    process === 'lossless' || process === 'hierarchical'
      ? `${process} JPEG`
      : coding === 'arithmetic'
        ? 'arithmetic-coded JPEG'
        : precision !== 8
          ? `${precision}-bit JPEG`
          : components.length === 4
            ? 'JPEG of four components (CMYK or YCCK)'
            : components.length === 2
              ? 'JPEG of two components'
              : undefined;
  if (found === undefined) return;
  throw new ImageServerError(
    501,
    `The picture is stored as ${found}, which is not supported: store it as baseline or progressive JPEG, 8 bits per sample, grey or RGB`,
  );
}

/**
 * Refuses a JPEG whose components aren't what the container says of its colours.
 * @throws {ImageServerError} 502
 */
export function assertColour(components: number, colour: 'ycbcr' | 'rgb' | 'grey' | 'cmyk' | 'ycck'): void {
  const expected = colour === 'grey' ? 1 : colour === 'cmyk' || colour === 'ycck' ? 4 : 3;
  if (components === expected) return;
  throw new ImageServerError(
    502,
    `The file says that its JPEG tiles are ${colour} (${expected} components), a tile has ${components}: the file is damaged`,
  );
}

/** Each scan of a progressive JPEG costs a pass over the whole picture, however few bytes it has; encoders make about 10. */
const MAX_SCANS = 100;

/**
 * Refuses a progressive JPEG with absurdly many scans, which would keep the decoder busy for minutes.
 * @throws {ImageServerError} 502
 */
export function assertFewScans(bytes: Uint8Array, frame: JpegFrame): void {
  if (frame.process !== 'progressive') return;
  let scans = 0;
  for (let at = bytes.indexOf(0xff, frame.offset); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    if (bytes[at + 1] === SOS && ++scans > MAX_SCANS) throw damaged(`it has more than ${MAX_SCANS} scans`);
  }
}

function isStartOfFrame(marker: number): boolean {
  // C4, C8 and CC are DHT, JPG and DAC.
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function processOf(marker: number): JpegFrame['process'] {
  if (marker === 0xc0) return 'baseline';
  if ((marker & 7) >= 5) return 'hierarchical';
  return (['extended', 'extended', 'progressive', 'lossless'] as const)[marker & 3] ?? 'lossless';
}

function damaged(why: string): ImageServerError {
  return new ImageServerError(502, `The stored JPEG data is damaged: ${why}. Check the file, or store it again`);
}
