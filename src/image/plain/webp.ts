import { damaged } from '../header-windows.ts';
import { type Exif, readExif } from './exif.ts';
import { type HeaderBytes, textAt } from './header-bytes.ts';
import { checkedProfile, MAX_PROFILE_LENGTH } from './profile.ts';
import type { PlainHeader } from './structure.ts';

/** Chunks of a file: an animation has one per frame, which are hopped over in search of Exif. */
const MAX_CHUNKS = 64;

/** Larger chunks of Exif aren't looked into. */
const MAX_EXIF = 65_536;

/** Flags of VP8X (RFC 9649, section 2.7.1). */
const ICC = 0x20;
const ALPHA = 0x10;
const EXIF = 0x08;
const ANIMATION = 0x02;

/**
 * Reads the header of a WebP (RFC 9649): of an animation, its canvas.
 * @throws {ImageServerError} 502 when it is damaged.
 */
export async function readWebpHeader(header: HeaderBytes): Promise<PlainHeader> {
  const start = await header.view(0, 30);
  switch (textAt(start, 12, 4)) {
    case 'VP8 ':
      if (start.getUint8(23) !== 0x9d || start.getUint16(24) !== 0x012a) break;
      return plain(start.getUint16(26, true) & 0x3fff, start.getUint16(28, true) & 0x3fff, false);
    case 'VP8L': {
      if (start.getUint8(20) !== 0x2f) break;
      const bits = start.getUint32(21, true);
      return plain((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1, ((bits >>> 28) & 1) === 1);
    }
    case 'VP8X': {
      const flags = start.getUint8(20);
      const { profile, exif } = await readChunks(header, flags);
      return {
        // Frames of an animation needn't cover its canvas.
        ...plain(uint24(start, 24) + 1, uint24(start, 27) + 1, (flags & (ALPHA | ANIMATION)) !== 0),
        profile,
        orientation: exif?.orientation ?? 1,
        resolution: exif?.resolution,
      };
    }
  }
  throw damaged('the WebP does not begin with a picture');
}

function plain(width: number, height: number, alpha: boolean): PlainHeader {
  return {
    width,
    height,
    colour: { space: 'rgb', bitsPerSample: 8, alpha: alpha ? 'unassociated' : 'none' },
    orientation: 1,
    profile: undefined,
    resolution: undefined,
  };
}

/** The profile stands before the picture, Exif behind it (section 2.7). */
async function readChunks(header: HeaderBytes, flags: number) {
  let profile: Uint8Array | undefined;
  let exif: Exif | undefined;
  const { size = Number.POSITIVE_INFINITY } = header;
  let offset = 30;
  const isWanted = () => ((flags & ICC) !== 0 && profile === undefined) || ((flags & EXIF) !== 0 && exif === undefined);
  for (let count = 0; count < MAX_CHUNKS && isWanted() && offset + 8 <= size; count++) {
    const chunk = await header.view(offset, 8);
    const name = textAt(chunk, 0, 4);
    const length = chunk.getUint32(4, true);
    if (name === 'ICCP' && length <= MAX_PROFILE_LENGTH) {
      profile = checkedProfile([await header.at(offset + 8, length)]);
      if (profile === undefined) break;
    }
    if (name === 'EXIF' && length <= MAX_EXIF && offset + 8 + length <= size) {
      exif = readExif(await header.at(offset + 8, length));
    }
    offset += 8 + length + (length % 2);
  }
  return { profile, exif };
}

function uint24(view: DataView, offset: number): number {
  return view.getUint16(offset, true) + view.getUint8(offset + 2) * 65_536;
}
