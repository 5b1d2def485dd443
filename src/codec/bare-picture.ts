import { ImageServerError } from '../errors.ts';
import { concat, hasAscii, uint16 } from './bytes.ts';
import { headerSegments, type JpegSegment } from './jpeg-frame.ts';

/** Segments of applications, and comments (ISO/IEC 10918-1, table B.1). */
const APP0 = 0xe0;
const APP2 = 0xe2;
const APP14 = 0xee;
const APP15 = 0xef;
const COM = 0xfe;
const EOI = 0xd9;

/** A progressive JPEG has some 10 scans with tables before each. */
const MAX_SCAN_SEGMENTS = 4096;

/**
 * A JPEG without what isn't its picture: Exif, XMP, Photoshop's data, comments, thumbnails, and whatever follows its end,
 * such as the depth, film or brighter version that phones append. JFIF, profile and Adobe's segment stay. Returned as it
 * is where there is nothing else.
 * @throws {ImageServerError} 502 when the bytes aren't a whole JPEG header.
 */
export function bareJpeg(bytes: Uint8Array): Uint8Array {
  const segments = headerSegments(bytes);
  const end = endOfScans(bytes, segments.at(-1)?.end ?? 0);
  const dropped = segments.filter((segment) => isMetadata(bytes, segment));
  if (dropped.length === 0 && end === bytes.length) return bytes;
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const segment of dropped) {
    parts.push(bytes.subarray(offset, segment.offset));
    offset = segment.end;
  }
  return concat([...parts, bytes.subarray(offset, end)]);
}

function isMetadata(bytes: Uint8Array, { marker, offset }: JpegSegment): boolean {
  if (marker === APP0) return !hasAscii(bytes, offset + 4, 'JFIF\0');
  if (marker === APP2) return !hasAscii(bytes, offset + 4, 'ICC_PROFILE\0');
  return marker === COM || (marker > APP0 && marker <= APP15 && marker !== APP14);
}

/** Position after EOI, or the end of the bytes where there is none. */
function endOfScans(bytes: Uint8Array, start: number): number {
  let at = bytes.indexOf(0xff, start);
  for (let segments = 0; at >= 0 && segments < MAX_SCAN_SEGMENTS; at = bytes.indexOf(0xff, at)) {
    const marker = bytes[at + 1] ?? 0;
    if (marker === EOI) return at + 2;
    // Stuffed bytes, fill bytes and restart markers belong to the data.
    const isData = marker === 0 || marker === 0xff || (marker >= 0xd0 && marker <= 0xd7);
    if (isData) at += marker === 0xff ? 1 : 2;
    else {
      segments += 1;
      at += 2 + (uint16(bytes, at + 2) || 0);
    }
  }
  return bytes.length;
}

/** What a PNG's picture is made of (third edition, section 5.6). */
const PNG_PICTURE = ['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND'];

/**
 * A PNG without what isn't its picture, its profile too; of an animation the still picture.
 * @throws {ImageServerError} 502 when it ends within a chunk.
 */
export function barePng(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: Uint8Array[] = [bytes.subarray(0, 8)];
  for (let at = 8; at + 8 <= bytes.length; ) {
    const end = at + 12 + view.getUint32(at);
    if (end > bytes.length) break;
    const start = at;
    if (PNG_PICTURE.some((name) => hasAscii(bytes, start + 4, name))) parts.push(bytes.subarray(start, end));
    if (hasAscii(bytes, start + 4, 'IEND')) return concat(parts);
    at = end;
  }
  throw new ImageServerError(502, 'The stored PNG data is damaged: it ends early. Check the file, or store it again');
}
