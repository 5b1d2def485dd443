import type { ByteRange } from '../../source/source.ts';
import { damaged, type HeaderWindows } from '../header-windows.ts';
import { readPhotometric, readSamplesPerPixel, readSize } from './directory.ts';
import { type Fields, fieldsOf } from './fields.ts';
import { type Ifd, readIfd, type TiffHeader } from './ifd.ts';
import { type DirectoryShape, isMask, type Role, rolesOfPage } from './roles.ts';
import { SubfileType, Tag } from './tags.ts';

/** Directories read of one page: 24 levels that halve, a mask for each, and some thumbnails. */
export const MAX_DIRECTORIES = 64;

/** One directory of a page's chain, its table only. */
export interface PageDirectory {
  readonly ifd: Ifd;
  readonly role: Role;
}

/** The directories of one page. */
export interface Page {
  /** The first is the full resolution. */
  readonly directories: readonly PageDirectory[];
  /** Size of the full resolution, as displayed. */
  readonly width: number;
  readonly height: number;
  /** Position of the next page's first directory; 0 after the last page. */
  readonly next: number;
  /** Thumbnails or masks of the page before, with which the file ends; of no page, where they are all it has. */
  readonly isRest: boolean;
}

/** Directories that were met, so that none is read twice. */
export type Claims = ByteRange[];

/**
 * Reads the tables of the page that begins with the directory at `offset`, and as many after it as are needed to tell
 * that they are of another. Thumbnails and masks before the page are passed over.
 * @throws {ImageServerError} 502 where directories are cyclic, overlap, are absurd or end past the object.
 */
export async function readPage(
  windows: HeaderWindows,
  header: TiffHeader,
  offset: number,
  claims: Claims,
): Promise<Page> {
  const chain: { readonly ifd: Ifd; readonly shape: DirectoryShape; readonly fields: Fields }[] = [];
  const claimed: Claims = [...claims];
  for (let at = offset; ; ) {
    const [first] = chain;
    const shapes = chain.map(({ shape }) => shape);
    const roles = rolesOfPage(shapes, at === 0);
    const next = roles && (chain[roles.length]?.ifd.range.offset ?? at);
    if (first && roles && next !== undefined) {
      const isRest = isMask(first.shape) || (first.shape.subfileType & SubfileType.ReducedImage) !== 0;
      const own = chain.slice(0, roles.length);
      claims.push(...own.map(({ ifd }) => ifd.range));
      if (isRest && next !== 0) return readPage(windows, header, next, claims);
      const directories = own.map(({ ifd }, index) => ({ ifd, role: roles[index] ?? 'other' }));
      return { directories, ...(await displayedSize(first.fields)), next, isRest };
    }
    if (chain.length >= MAX_DIRECTORIES) {
      throw damaged(`it has more than ${MAX_DIRECTORIES} directories for one image`);
    }
    const ifd = await readClaimed(windows, header, at, claimed);
    const fields = fieldsOf(windows, header, ifd);
    chain.push({ ifd, fields, shape: await readShape(fields) });
    at = ifd.next;
  }
}

/**
 * Reads the table of a directory that wasn't met before.
 * @throws {ImageServerError} 502 where it overlaps one that was.
 */
export async function readClaimed(
  windows: HeaderWindows,
  header: TiffHeader,
  offset: number,
  claims: Claims,
): Promise<Ifd> {
  // A directory met again is refused before it is read, so that a cycle costs nothing.
  refuseOverlap(claims, { offset, length: 1 });
  const ifd = await readIfd(windows, header, offset);
  refuseOverlap(claims, ifd.range);
  claims.push(ifd.range);
  return ifd;
}

async function readShape(fields: Fields): Promise<DirectoryShape> {
  return {
    ...(await readSize(fields)),
    subfileType: (await fields.readNumber(Tag.NewSubfileType)) ?? 0,
    photometric: await readPhotometric(fields),
    samplesPerPixel: await readSamplesPerPixel(fields),
    tiled: fields.field(Tag.TileWidth) !== undefined,
    hasSubIfds: fields.field(Tag.SubIFDs) !== undefined,
    pageNumber: (await fields.readNumbers(Tag.PageNumber, [], 2))[0],
  };
}

async function displayedSize(fields: Fields): Promise<{ readonly width: number; readonly height: number }> {
  const { width, height } = await readSize(fields);
  const orientation = (await fields.readNumber(Tag.Orientation)) ?? 1;
  return orientation >= 5 && orientation <= 8 ? { width: height, height: width } : { width, height };
}

function refuseOverlap(claims: Claims, range: ByteRange): void {
  const hit = claims.find(
    ({ offset, length }) => range.offset < offset + length && offset < range.offset + range.length,
  );
  if (!hit) return;
  if (hit.offset === 0) throw damaged('a directory lies within the header');
  if (hit.offset === range.offset) throw damaged(`the directory at byte ${range.offset} is linked twice, in a cycle`);
  throw damaged(`the directories at bytes ${hit.offset} and ${range.offset} overlap`);
}
