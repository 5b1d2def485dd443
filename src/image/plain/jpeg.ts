import { ImageServerError } from '../../errors.ts';
import { damaged } from '../header-windows.ts';
import type { Colour, Resolution } from '../image.ts';
import { type Exif, readExif, resolutionOf } from './exif.ts';
import { type HeaderBytes, textAt } from './header-bytes.ts';
import { checkedProfile, MAX_PROFILE_LENGTH } from './profile.ts';
import type { PlainHeader } from './structure.ts';

/** A header has a dozen segments, or 255 more with an ICC profile; a longer one is made to keep us busy. */
const MAX_SEGMENTS = 1024;

const ICC = 'ICC_PROFILE\0';
const EXIF = 'Exif\0\0';

/** What the segments before the frame header tell. */
interface Before {
  exif: Exif | undefined;
  jfif: Resolution | undefined;
  readonly icc: Map<number, Uint8Array>;
  iccLength: number;
}

/**
 * Reads a JPEG's header up to its frame header (ISO/IEC 10918-1, annex B), over however long segments before it.
 * @throws {ImageServerError} 502 when it is damaged, 501 when it has 2 components or more than 4.
 */
export async function readJpegHeader(header: HeaderBytes): Promise<PlainHeader> {
  const before: Before = { exif: undefined, jfif: undefined, icc: new Map(), iccLength: 0 };
  let offset = 2;
  for (let count = 0; count < MAX_SEGMENTS; count++) {
    const start = await header.view(offset, 4);
    const marker = start.getUint8(1);
    if (start.getUint8(0) !== 0xff) throw damaged(`the JPEG has no marker at byte ${offset}`);
    // Any marker may be preceded by fill bytes (section B.1.1.2).
    if (marker === 0xff) {
      offset += 1;
      continue;
    }
    if (marker < 0xc0 || (marker >= 0xd0 && marker <= 0xda)) {
      throw damaged(`the JPEG has marker ${marker.toString(16)} at byte ${offset}, before its frame header`);
    }
    const length = start.getUint16(2);
    if (length < 2) throw damaged(`the JPEG has a segment of ${length} bytes at byte ${offset}`);
    if (isStartOfFrame(marker)) return frameOf(await header.view(offset + 4, length - 2), before);
    if (isTelling(marker)) readSegment(before, marker, await header.at(offset + 4, length - 2));
    offset += 2 + length;
  }
  throw damaged(`the JPEG has more than ${MAX_SEGMENTS} segments before its frame header`);
}

/** C4, C8 and CC are DHT, JPG and DAC. */
function isStartOfFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** APP0, APP1 and APP2. */
function isTelling(marker: number): boolean {
  return marker >= 0xe0 && marker <= 0xe2;
}

function readSegment(before: Before, marker: number, bytes: Uint8Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const begins = (text: string) => textAt(view, 0, text.length) === text;
  if (marker === 0xe0 && begins('JFIF\0') && bytes.length >= 12) {
    // ITU-T T.871, section 10.1: unit 0 is an aspect ratio, 1 inches, 2 centimetres.
    const unit = view.getUint8(7);
    if (unit > 0) before.jfif = resolutionOf(view.getUint16(8), view.getUint16(10), unit === 2 ? 2.54 : 1);
  }
  if (marker === 0xe1 && begins(EXIF)) before.exif ??= readExif(bytes);
  if (marker === 0xe2 && begins(ICC) && bytes.length > ICC.length + 2) {
    // ICC.1:2022, annex B.4: numbered from 1, in any order.
    const part = bytes.slice(ICC.length + 2);
    before.iccLength += part.length;
    if (before.iccLength <= MAX_PROFILE_LENGTH) before.icc.set(view.getUint8(ICC.length), part);
  }
}

function frameOf(frame: DataView, before: Before): PlainHeader {
  if (frame.byteLength < 6) throw damaged('the JPEG has a frame header that is too short');
  const components = frame.getUint8(5);
  return {
    width: frame.getUint16(3),
    height: frame.getUint16(1),
    colour: { space: spaceOf(components), bitsPerSample: frame.getUint8(0), alpha: 'none' },
    orientation: before.exif?.orientation ?? 1,
    profile: checkedProfile([...before.icc].sort(([a], [b]) => a - b).map(([, part]) => part)),
    resolution: before.jfif ?? before.exif?.resolution,
  };
}

function spaceOf(components: number): Colour['space'] {
  if (components === 1) return 'grey';
  if (components === 3) return 'rgb';
  if (components === 4) return 'cmyk';
  throw new ImageServerError(
    501,
    `The source is a JPEG of ${components} components, which Potto does not read: it reads grey (1), colour (3) and CMYK (4). ` +
      'Store it as RGB.',
  );
}
