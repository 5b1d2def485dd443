import { HeaderWindows } from './header-windows.ts';
import type { ImageStructure } from './open.ts';
import type { ReadBytes, StructureOptions } from './readers.ts';
import { MAX_PAGES, readPageTable } from './tiff/page-table.ts';
import { readTiffStructure } from './tiff/structure.ts';

export { MAX_PAGES };

/** The pages of a file, as far as they are known. */
export interface Pages {
  /** Sizes as displayed, in the order of the pages. */
  readonly sizes: readonly { readonly width: number; readonly height: number }[];
  /** There are no others. */
  readonly complete: boolean;
}

/** `structure` is the first page's. */
export function pagesOf(structure: ImageStructure): Pages {
  if (structure.kind !== 'tiff') return { sizes: [structure], complete: true };
  const { found, next } = structure.pages;
  return { sizes: found.map(({ width, height }) => ({ width, height })), complete: next === 0 };
}

/**
 * The first page's structure with what more is known of the pages after it: `count` of them, all if there are fewer, and
 * `MAX_PAGES` at most. About one small read a page, one after the other; none where they are known.
 * @throws {ImageServerError} 502 where the file is damaged.
 */
export async function readPages(
  structure: ImageStructure,
  count: number,
  read: ReadBytes,
  options: StructureOptions = {},
): Promise<ImageStructure> {
  if (structure.kind !== 'tiff') return structure;
  const pages = await readPageTable(structure.pages, count, read, options);
  return pages === structure.pages ? structure : { ...structure, pages };
}

/**
 * The structure of another page, which must be known to `first`, the first page's; undefined where it isn't.
 * @throws {ImageServerError} 501 or 502 as `readStructure`.
 */
export async function readPageStructure(
  first: ImageStructure,
  page: number,
  read: ReadBytes,
  options: StructureOptions = {},
): Promise<ImageStructure | undefined> {
  if (first.kind !== 'tiff') return undefined;
  const { header, found } = first.pages;
  const facts = found[page - 1];
  if (!facts) return undefined;
  const windows = new HeaderWindows(read, { ...options, keep: true });
  return readTiffStructure(windows, { header, offset: facts.offset });
}
