import type { Resolution } from '../image/image.ts';
import { concat, hasAscii } from './bytes.ts';
import { resolutionFields } from './tif.ts';
import { tifDirectory } from './tif-directory.ts';
import { webpSize } from './webp-frame.ts';

/** What a WebP tells beside its picture. */
export interface WebpMetadata {
  /** ICC profile, which must be for RGB. */
  readonly profile?: Uint8Array | undefined;
  readonly resolution?: Resolution | undefined;
  readonly xmp?: Uint8Array | undefined;
}

/** Flags of the extended header (RFC 9649, section 2.7). */
const FLAGS = { profile: 0x20, alpha: 0x10, exif: 0x08, xmp: 0x04 } as const;

/** The chunks that hold the pixels; whatever else there was is dropped. */
const PICTURE = ['ALPH', 'VP8 ', 'VP8L'];

const HEAD_BYTES = 12;

/**
 * The same picture with this metadata and no other, in the extended format. A simple file that gets none is returned as
 * it is.
 * @throws {ImageServerError} 502 when the bytes aren't a WebP.
 */
export function withWebpMetadata(webp: Uint8Array, { profile, resolution, xmp }: WebpMetadata): Uint8Array {
  const isSimple = !hasAscii(webp, HEAD_BYTES, 'VP8X');
  if (isSimple && profile === undefined && resolution === undefined && xmp === undefined) return webp;
  const { width, height } = webpSize(webp);
  const picture = pictureChunks(webp);
  const exif = resolution && tifDirectory(resolutionFields(resolution));
  const header = new Uint8Array(10);
  const view = new DataView(header.buffer);
  view.setUint8(
    0,
    (picture.some(hasAlpha) ? FLAGS.alpha : 0) |
      (profile ? FLAGS.profile : 0) |
      (exif ? FLAGS.exif : 0) |
      (xmp ? FLAGS.xmp : 0),
  );
  // 24 bits each: the fourth byte of the width is overwritten by the height, that of the height lies within.
  view.setUint32(4, width - 1, true);
  view.setUint16(7, (height - 1) & 0xffff, true);
  view.setUint8(9, (height - 1) >> 16);
  const chunks = [
    chunk('VP8X', header),
    ...(profile ? [chunk('ICCP', profile)] : []),
    ...picture,
    ...(exif ? [chunk('EXIF', exif)] : []),
    ...(xmp ? [chunk('XMP ', xmp)] : []),
  ];
  return concat([riff(chunks.reduce((sum, { length }) => sum + length, 0)), ...chunks]);
}

function riff(bytes: number): Uint8Array {
  const head = new TextEncoder().encode('RIFF____WEBP');
  new DataView(head.buffer).setUint32(4, bytes + 4, true);
  return head;
}

function chunk(name: string, data: Uint8Array): Uint8Array {
  const head = new TextEncoder().encode(`${name}____`);
  new DataView(head.buffer).setUint32(4, data.length, true);
  return concat([head, data, new Uint8Array(data.length & 1)]);
}

function pictureChunks(webp: Uint8Array): Uint8Array[] {
  const view = new DataView(webp.buffer, webp.byteOffset, webp.byteLength);
  const chunks: Uint8Array[] = [];
  for (let at = HEAD_BYTES; at + 8 <= webp.length; ) {
    const length = view.getUint32(at + 4, true);
    const end = at + 8 + length + (length & 1);
    const start = at;
    if (PICTURE.some((name) => hasAscii(webp, start, name))) chunks.push(webp.subarray(at, end));
    at = end;
  }
  return chunks;
}

/** VP8L has a bit for it behind its signature and the size (RFC 9649, section 3.4). */
function hasAlpha(picture: Uint8Array): boolean {
  if (hasAscii(picture, 0, 'ALPH')) return true;
  return hasAscii(picture, 0, 'VP8L') && ((picture[12] ?? 0) & 0x10) !== 0;
}
