import { damaged, HeaderWindows } from '../header-windows.ts';
import type { ReadBytes, StructureOptions } from '../readers.ts';
import type { TiffHeader } from './ifd.ts';
import { type Claims, readPage } from './page.ts';

/** Pages of one file that can be opened: walking to a page costs a read each, one after the other. */
export const MAX_PAGES = 1000;

/** Bytes read at once on the way from page to page: a directory's table has 200 to 1,000. */
const STEP_LENGTH = 4096;

/** Where a page is, and its size as displayed. */
export interface PageFacts {
  /** Position of the page's first directory. */
  readonly offset: number;
  readonly width: number;
  readonly height: number;
}

/** The pages of a file that are known. */
export interface PageTable {
  readonly header: TiffHeader;
  /** In their order, from the first. */
  readonly found: readonly PageFacts[];
  /** Position of the directory with which the next page begins; 0 where all are known. */
  readonly next: number;
}

/**
 * Reads on from what is known until there are `count` pages, or no more in the file: about one read a page, of which
 * none are levels, masks or profiles.
 * @throws {ImageServerError} 502 where directories are cyclic, overlap, are absurd or end past the object.
 */
export async function readPageTable(
  known: PageTable,
  count: number,
  read: ReadBytes,
  options: StructureOptions = {},
): Promise<PageTable> {
  const wanted = Math.min(count, MAX_PAGES);
  if (known.next === 0 || known.found.length >= wanted) return known;
  const windows = new HeaderWindows(read, options, STEP_LENGTH);
  const { header } = known;
  const claims: Claims = [{ offset: 0, length: header.length }];
  for (const { offset } of known.found) claims.push({ offset, length: 1 });
  const found = [...known.found];
  let { next } = known;
  while (next !== 0 && found.length < wanted) {
    const offset = next;
    const page = await readPage(windows, header, offset, claims);
    const [first] = page.directories;
    if (!first) throw damaged('a page has no directory');
    if (!page.isRest) found.push({ offset: first.ifd.range.offset, width: page.width, height: page.height });
    next = page.next;
  }
  return { header, found, next };
}
