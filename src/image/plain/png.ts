import { damaged } from '../header-windows.ts';
import type { Colour, Resolution } from '../image.ts';
import { cicpProfile } from './cicp.ts';
import { type Exif, readExif, resolutionOf } from './exif.ts';
import { type HeaderBytes, textAt } from './header-bytes.ts';
import { checkedProfile, MAX_PROFILE_LENGTH } from './profile.ts';
import type { PlainHeader } from './structure.ts';

/** Chunks before the first IDAT; more are made to keep us busy. */
const MAX_CHUNKS = 1024;

/** Larger chunks of metadata aren't looked into. */
const MAX_METADATA = 65_536;

const PIXELS_PER_METRE_TO_INCH = 0.0254;

interface Before {
  transparent: boolean;
  resolution: Resolution | undefined;
  exif: Exif | undefined;
  icc: Uint8Array | undefined;
  cicp: Uint8Array | undefined;
}

/**
 * Reads a PNG's chunks up to its first IDAT (W3C, third edition, section 5).
 * @throws {ImageServerError} 502 when it is damaged.
 */
export async function readPngHeader(header: HeaderBytes): Promise<PlainHeader> {
  const start = await header.view(0, 33);
  if (textAt(start, 12, 4) !== 'IHDR' || start.getUint32(8) !== 13) throw damaged('the PNG does not begin with IHDR');
  const [width, height] = [start.getUint32(16), start.getUint32(20)];
  const [bitsPerSample, type] = [start.getUint8(24), start.getUint8(25)];
  const before: Before = {
    transparent: false,
    resolution: undefined,
    exif: undefined,
    icc: undefined,
    cicp: undefined,
  };
  let offset = 33;
  for (let count = 0; ; count++) {
    if (count > MAX_CHUNKS) throw damaged(`the PNG has more than ${MAX_CHUNKS} chunks before its picture`);
    const chunk = await header.view(offset, 8);
    const length = chunk.getUint32(0);
    const name = textAt(chunk, 4, 4);
    if (name === 'IDAT') break;
    if (name === 'IEND' || length > 2 ** 31) throw damaged(`the PNG has no picture before its chunk at byte ${offset}`);
    await readChunk(before, name, header, offset + 8, length);
    offset += 12 + length;
  }
  const profile = before.icc ?? (before.cicp && cicpProfile(before.cicp[0], before.cicp[1]));
  return {
    width,
    height,
    colour: { ...colourOf(type, before.transparent), bitsPerSample: type === 3 ? 8 : bitsPerSample },
    orientation: before.exif?.orientation ?? 1,
    profile,
    resolution: before.resolution ?? before.exif?.resolution,
  };
}

async function readChunk(before: Before, name: string, header: HeaderBytes, offset: number, length: number) {
  if (name === 'tRNS') before.transparent = true;
  if (name === 'iCCP' && length <= MAX_PROFILE_LENGTH) {
    before.icc ??= await inflateProfile(await header.at(offset, length));
  }
  if (length > MAX_METADATA) return;
  if (name === 'eXIf') before.exif ??= readExif(await header.at(offset, length));
  if (name === 'cICP' && length === 4) before.cicp = (await header.at(offset, 4)).slice();
  if (name === 'pHYs' && length === 9) {
    const view = await header.view(offset, 9);
    const perInch = view.getUint8(8) === 1 ? PIXELS_PER_METRE_TO_INCH : 0;
    before.resolution = resolutionOf(view.getUint32(0), view.getUint32(4), perInch);
  }
}

/** Section 11.2.1: 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA. */
function colourOf(type: number, transparent: boolean): Pick<Colour, 'space' | 'alpha'> {
  if (![0, 2, 3, 4, 6].includes(type)) throw damaged(`the PNG has colour type ${type}`);
  return {
    space: type === 0 || type === 4 ? 'grey' : 'rgb',
    alpha: transparent || type === 4 || type === 6 ? 'unassociated' : 'none',
  };
}

/** The profile of an iCCP chunk (section 11.3.2.3): a name, a method, zlib data. A damaged one counts as none. */
async function inflateProfile(chunk: Uint8Array): Promise<Uint8Array | undefined> {
  const end = chunk.subarray(0, 80).indexOf(0);
  if (end < 0 || chunk[end + 1] !== 0) return undefined;
  const stream = new Blob([chunk.slice(end + 2)]).stream().pipeThrough(new DecompressionStream('deflate'));
  const reader = stream.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  try {
    for (let { value } = await reader.read(); value; { value } = await reader.read()) {
      parts.push(value);
      length += value.length;
      if (length > MAX_PROFILE_LENGTH) return undefined;
    }
  } catch {
    return undefined;
  } finally {
    reader.cancel().catch(() => {});
  }
  return checkedProfile(parts);
}
