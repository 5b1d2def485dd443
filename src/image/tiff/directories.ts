import { damaged, type HeaderWindows } from '../header-windows.ts';
import { type Directory, readDirectory } from './directory.ts';
import { readHeader, type TiffHeader } from './ifd.ts';
import { type Claims, type Page, readClaimed, readPage } from './page.ts';
import { isReduction } from './pyramid.ts';
import { isMask } from './roles.ts';
import { SubfileType } from './tags.ts';

/** The directories of one page of a file. */
export interface PyramidDirectories {
  readonly header: TiffHeader;
  readonly page: Page;
  readonly full: Directory;
  /** Its smaller levels, in the order of the file. */
  readonly reduced: readonly Directory[];
  /** Its transparency masks, of any size. */
  readonly masks: readonly Directory[];
}

/** Where a page begins, in a file whose header is known. */
export interface PageStart {
  readonly header: TiffHeader;
  /** Position of the page's first directory. */
  readonly offset: number;
}

/**
 * Reads the directories of the page that begins at `start`, by default of the first page: its levels are in the SubIFDs of
 * the full resolution, or where it has none, in the chain.
 * @throws {ImageServerError} 502 where directories are cyclic, overlap, are absurd or end past the object.
 */
export async function readPyramidDirectories(windows: HeaderWindows, start?: PageStart): Promise<PyramidDirectories> {
  const header = start?.header ?? (await readHeader(windows));
  if (header.firstIfd === 0) throw damaged('its header points to no directory');
  const claims: Claims = [{ offset: 0, length: header.length }];
  const page = await readPage(windows, header, start?.offset ?? header.firstIfd, claims);
  const [first, ...chain] = page.directories;
  if (!first) throw damaged('a page has no directory');
  const full = await readDirectory(windows, header, first.ifd);
  const children: Directory[] = [];
  for (const offset of full.subIfds) {
    children.push(await readDirectory(windows, header, await readClaimed(windows, header, offset, claims)));
  }
  const levels = children.filter((child) => !isMask(child) && !isPage(child) && isReduction(full, child));
  const masks = children.filter(isMask);
  // Where the SubIFDs are the pyramid, the chain has no levels.
  const inChain = levels.length === 0;
  for (const { ifd, role } of chain) {
    if (role === 'mask') masks.push(await readDirectory(windows, header, ifd));
    if (role === 'level' && inChain) levels.push(await readDirectory(windows, header, ifd));
  }
  return { header, page, full, reduced: levels, masks };
}

const isPage = ({ subfileType }: Directory) => subfileType === SubfileType.Page;
