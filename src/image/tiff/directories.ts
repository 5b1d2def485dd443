import type { ByteRange } from '../../source/source.ts';
import { damaged, type HeaderWindows } from '../header-windows.ts';
import { type Directory, readDirectory } from './directory.ts';
import { readHeader, readIfd, type TiffHeader } from './ifd.ts';
import { type Role, roleOf } from './pyramid.ts';

/** Directories read of one file: 24 levels that halve, a mask for each, and some thumbnails. */
export const MAX_DIRECTORIES = 64;

/**
 * Directories in a row that are neither level nor mask, after which the rest of the chain is taken for other pages:
 * slide scanners put a thumbnail, a label and an overview between or after the levels, OCR files hundreds of pages.
 */
const MAX_STRAYS = 6;

/** The directories of the first image of a file. */
export interface PyramidDirectories {
  readonly header: TiffHeader;
  readonly full: Directory;
  /** What may be its levels, in the order of the file. */
  readonly reduced: readonly Directory[];
  /** Whether there are transparency masks beside them. */
  readonly masked: boolean;
}

/**
 * Reads the first directory, and the reduced ones from its SubIFDs, or where it has none, from the chain.
 * @throws {ImageServerError} 502 where directories are cyclic, overlap, are absurd or end past the object.
 */
export async function readPyramidDirectories(windows: HeaderWindows): Promise<PyramidDirectories> {
  const header = await readHeader(windows);
  const claimed: ByteRange[] = [{ offset: 0, length: header.length }];
  const read = async (offset: number) => {
    if (claimed.length > MAX_DIRECTORIES)
      throw damaged(`it has more than ${MAX_DIRECTORIES} directories for one image`);
    // A directory met again is refused before it is read, so that a cycle costs nothing.
    refuseOverlap(claimed, { offset, length: 1 });
    const ifd = await readIfd(windows, header, offset);
    refuseOverlap(claimed, ifd.range);
    claimed.push(ifd.range);
    return { directory: await readDirectory(windows, header, ifd), next: ifd.next };
  };
  if (header.firstIfd === 0) throw damaged('its header points to no directory');
  const { directory: full, next } = await read(header.firstIfd);
  const children: Directory[] = [];
  for (const offset of full.subIfds) children.push((await read(offset)).directory);
  const hasLevels = children.some((directory) => roleOf(full, directory) === 'level');
  const others = hasLevels ? children : await readChain(full, next, read);
  const reduced = others.filter((directory) => roleOf(full, directory) === 'level');
  return { header, full, reduced, masked: others.some((directory) => roleOf(full, directory) === 'mask') };
}

/** Everything from `first` on that belongs to the image. */
async function readChain(
  full: Directory,
  first: number,
  read: (offset: number) => Promise<{ readonly directory: Directory; readonly next: number }>,
): Promise<readonly Directory[]> {
  const directories: Directory[] = [];
  let strays = 0;
  for (let offset = first; offset !== 0 && strays < MAX_STRAYS; ) {
    const { directory, next } = await read(offset);
    const role: Role = roleOf(full, directory);
    if (role === 'page') break;
    directories.push(directory);
    strays = role === 'other' ? strays + 1 : 0;
    offset = next;
  }
  return directories;
}

function refuseOverlap(claimed: readonly ByteRange[], range: ByteRange): void {
  const hit = claimed.find(
    ({ offset, length }) => range.offset < offset + length && offset < range.offset + range.length,
  );
  if (!hit) return;
  if (hit.offset === 0) throw damaged('a directory lies within the header');
  if (hit.offset === range.offset) throw damaged(`the directory at byte ${range.offset} is linked twice, in a cycle`);
  throw damaged(`the directories at bytes ${hit.offset} and ${range.offset} overlap`);
}
