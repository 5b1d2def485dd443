import type { Resolution } from '../image/image.ts';
import { concat } from './bytes.ts';

/** What a JPEG file tells beside its picture. */
export interface JpegMetadata {
  readonly resolution?: Resolution | undefined;
  /** XMP packet of at most `MAX_XMP_BYTES`; left out where it is longer. */
  readonly xmp?: Uint8Array | undefined;
}

const APP0 = 0xe0;
const APP1 = 0xe1;
const INCH = 1;
/** A segment less its length field and the name of XMP. */
export const MAX_XMP_BYTES = 65_502;
const XMP_NAME = 'http://ns.adobe.com/xap/1.0/\0';

/** JFIF (ITU-T T.871, section 10.1), with dots per inch where they are known and fit into 16 bits. */
export function jfifSegment(resolution: Resolution | undefined): Uint8Array {
  const x = Math.round(resolution?.x ?? 0);
  const y = Math.round(resolution?.y ?? 0);
  const fits = [x, y].every((density) => density >= 1 && density <= 65_535);
  const density = fits ? [INCH, x >> 8, x & 255, y >> 8, y & 255] : [0, 0, 1, 0, 1];
  return segment(APP0, new Uint8Array([0x4a, 0x46, 0x49, 0x46, 0, 1, 1, ...density, 0, 0]));
}

/** The segment that holds an XMP packet (XMP specification, part 3, section 1.1.3), if it fits. */
export function xmpSegment(xmp: Uint8Array | undefined): Uint8Array {
  if (xmp === undefined || xmp.length > MAX_XMP_BYTES) return new Uint8Array(0);
  return segment(APP1, concat([new TextEncoder().encode(XMP_NAME), xmp]));
}

function segment(marker: number, content: Uint8Array): Uint8Array {
  const length = content.length + 2;
  return concat([new Uint8Array([0xff, marker, length >> 8, length & 255]), content]);
}
