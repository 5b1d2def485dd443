import type { TiledImage } from '../image/image.ts';
import type { ReadBytes } from '../image/readers.ts';

/** Tiles that are looked up; so many are a picture of 250 gigapixels. */
const MOST_TILES = 1_000_000;
/** Boxes of a JPEG 2000 file; programs write some ten. */
const MOST_BOXES = 1000;

/**
 * Why a file that is published as it is can't be whole, though it opens: what was cut off while it was copied lacks its
 * end. Undefined where nothing is missing.
 */
export async function missingEnd(image: TiledImage, read: ReadBytes, size: number): Promise<string | undefined> {
  const end = image.readTileRanges ? await endOfTiles(image) : await endOfBoxes(read, size);
  return end > size
    ? `The file is cut off: it has ${size} bytes, and its image reaches to ${end}. Copy or scan it again.`
    : undefined;
}

async function endOfTiles({ levels, readTileRanges }: TiledImage): Promise<number> {
  let end = 0;
  let looked = 0;
  for (const level of levels) {
    const columns = Math.ceil(level.width / level.tileWidth);
    const count = columns * Math.ceil(level.height / level.tileHeight);
    for (let index = 0; index < count && looked < MOST_TILES; index++, looked++) {
      const ranges = (await readTileRanges?.(level, index % columns, Math.floor(index / columns))) ?? [];
      for (const { offset, length } of ranges) end = Math.max(end, offset + length);
    }
  }
  return end;
}

/** Of the boxes of a JP2 (ISO/IEC 15444-1, annex I.4), as far as there are some: a bare codestream has none. */
async function endOfBoxes(read: ReadBytes, size: number): Promise<number> {
  let at = 0;
  for (let count = 0; count < MOST_BOXES && at + 8 <= size; count++) {
    const bytes = await read({ offset: at, length: Math.min(16, size - at) });
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (at === 0 && view.getUint32(0) !== 12) return 0;
    const short = view.getUint32(0);
    // To the end of the file.
    if (short === 0) return size;
    const length = short === 1 && bytes.length === 16 ? Number(view.getBigUint64(8)) : short;
    if (length < 8) return size;
    at += length;
  }
  return at;
}
