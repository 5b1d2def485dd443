import type { TiledImage } from '../image/image.ts';
import type { ImageStructure } from '../image/open.ts';
import { MAX_PAGES, pagesOf } from '../image/pages.ts';
import type { ImageOpener, ReadBytes } from '../image/readers.ts';
import type { Source } from '../source/source.ts';
import { blockCount, blocksOf } from './blocks.ts';
import type { ObjectRecord, PackContent, Span } from './records.ts';
import { joined } from './spans.ts';

/** Tiles of which it is looked up where they are; of more, the whole object is taken. */
const MOST_TILES = 1_000_000;

/**
 * The blocks that a pack is to hold of an object: all of it, or what its pages need up to a width, the index included.
 * Of images whose levels aren't ranges of the object, it is all.
 */
export async function wantedBlocks(
  content: PackContent,
  object: Pick<ObjectRecord, 'size' | 'blockLength'>,
  source: Source,
  opener: ImageOpener,
): Promise<readonly Span[]> {
  const all = [{ first: 0, end: blockCount(object) }];
  if (content === 'source') return all;
  const spans: Span[] = [blocksOf(object, { offset: 0, length: 1 })];
  const read: ReadBytes = async (range, options) => {
    const bytes = await source.read(range, { signal: options?.signal, priority: 'low' });
    if (bytes.length > 0) spans.push(blocksOf(object, { offset: range.offset, length: bytes.length }));
    return bytes;
  };
  for await (const structure of pageStructures(read, object.size, opener)) {
    const image = opener.imageFromStructure(structure, read);
    const { readTileRanges } = image;
    await image.readProfile();
    const tiles = tilesUpTo(image, content.width);
    if (!readTileRanges || tiles.length > MOST_TILES) return all;
    for (const { level, column, row } of tiles) {
      for (const range of await readTileRanges(level, column, row)) spans.push(blocksOf(object, range));
    }
  }
  return joined(spans);
}

async function* pageStructures(read: ReadBytes, size: number, opener: ImageOpener): AsyncGenerator<ImageStructure> {
  const options = { objectSize: () => size };
  const first = await opener.readStructure(read, options);
  const withPages = await opener.readPages(first, MAX_PAGES, read, options);
  yield withPages;
  for (let page = 2; page <= pagesOf(withPages).sizes.length; page++) {
    const structure = await opener.readPageStructure(withPages, page, read, options);
    if (structure) yield structure;
  }
}

/** All tiles of the levels that are no wider, of the smallest level at least. */
function tilesUpTo({ width, levels }: TiledImage, most: number) {
  const narrow = levels.filter(({ scale }) => width / scale <= most);
  return (narrow.length > 0 ? narrow : levels.slice(-1)).flatMap((level) => {
    const columns = Math.ceil(level.width / level.tileWidth);
    const count = Math.min(columns * Math.ceil(level.height / level.tileHeight), MOST_TILES + 1);
    return Array.from({ length: count }, (_, index) => {
      return { level, column: index % columns, row: Math.floor(index / columns) };
    });
  });
}
