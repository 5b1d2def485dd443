import { isHalved, isReduction } from './pyramid.ts';
import { Photometric, SubfileType } from './tags.ts';

/** What of a directory tells its place in the file. All of it stands within the directory's own table. */
export interface DirectoryShape {
  readonly width: number;
  readonly height: number;
  readonly subfileType: number;
  readonly photometric: number;
  readonly samplesPerPixel: number;
  readonly tiled: boolean;
  readonly hasSubIfds: boolean;
  /** The first number of PageNumber (TIFF 6.0, section 12). */
  readonly pageNumber: number | undefined;
}

/** What a directory is to its page: `other` is a thumbnail, a label or the like. */
export type Role = 'full' | 'level' | 'mask' | 'other';

/**
 * Directories in strips, smaller than a tiled full resolution, that may turn out to be thumbnails between its levels:
 * slide scanners put one there, never more than a few.
 */
const MAX_STRAYS = 3;

/**
 * The roles of the directories of one page: `chain` is the chain from the page's first directory on, as far as it is
 * known, and there are as many roles as it has directories of that page. Undefined where a later one may tell.
 *
 * NewSubfileType decides where it is set: bit 0 is never a page, bit 1 is one (TIFF 6.0, page 36). Where it isn't, or
 * all directories have the same, as ImageMagick's pyramids, whose levels are all marked as page 0, a level must be
 * halved exactly, be smaller than the one before, and hold the same kind of samples. A pyramid marks all its levels or
 * none: after a marked one, what is unmarked is a page, and an unmarked one with marked levels of its own was one.
 */
export function rolesOfPage(chain: readonly DirectoryShape[], ended: boolean): readonly Role[] | undefined {
  const [full] = chain;
  if (!full) return ended ? [] : undefined;
  // Its levels are in its SubIFDs: what follows it in the chain needn't be read for it.
  if (full.hasSubIfds) return ['full'];
  const roles: Role[] = ['full'];
  let levels: 'none' | 'marked' | 'unmarked' = 'none';
  let last = 0;
  let strays: number[] = [];
  for (let index = 1; index < chain.length; index++) {
    const directory = chain[index];
    const before = chain[last];
    if (!directory || !before) break;
    if (isMask(directory)) {
      roles.push('mask');
    } else if (directory.subfileType & SubfileType.ReducedImage) {
      const page = strays.find((stray) => isLevelOf(chain[stray], directory));
      if (page !== undefined) return roles.slice(0, page);
      if (levels === 'unmarked' && isReduction(before, directory)) return roles.slice(0, firstLevel(roles));
      const isLevel = levels !== 'unmarked' && isReduction(full, directory);
      if (isLevel) [levels, strays] = ['marked', []];
      roles.push(isLevel ? 'level' : 'other');
    } else if (levels === 'unmarked' && hasSameMarks(before, directory) && hasSameSize(before, directory)) {
      return roles.slice(0, last);
    } else if (levels !== 'marked' && isUnmarkedLevel(full, before, directory)) {
      [levels, last, strays] = ['unmarked', index, []];
      roles.push('level');
    } else if (isStray(full, directory) && strays.length < MAX_STRAYS) {
      strays.push(index);
      roles.push('other');
    } else {
      return roles.slice(0, strays[0] ?? index);
    }
  }
  return ended ? roles.slice(0, strays[0] ?? roles.length) : undefined;
}

const firstLevel = (roles: readonly Role[]) => roles.indexOf('level');

const isLevelOf = (full: DirectoryShape | undefined, directory: DirectoryShape) =>
  full !== undefined && isReduction(full, directory);

const hasSameMarks = (a: DirectoryShape, b: DirectoryShape) =>
  a.subfileType === b.subfileType && a.pageNumber === b.pageNumber;

const hasSameSize = (a: DirectoryShape, b: DirectoryShape) => a.width === b.width && a.height === b.height;

/** A transparency mask, by either of its marks: GDAL sets both, others one. */
export function isMask({ subfileType, photometric }: Pick<DirectoryShape, 'subfileType' | 'photometric'>): boolean {
  return (subfileType & SubfileType.Mask) !== 0 || photometric === Photometric.TransparencyMask;
}

function isUnmarkedLevel(full: DirectoryShape, before: DirectoryShape, directory: DirectoryShape): boolean {
  const numbered = directory.pageNumber !== undefined;
  // Of what says nothing at all, only tiles speak for a pyramid: scans of one size and its half are books too.
  const isPyramid = numbered || (full.tiled && directory.tiled && !(directory.subfileType & SubfileType.Page));
  const sameSamples = directory.samplesPerPixel === full.samplesPerPixel && directory.photometric === full.photometric;
  if (!hasSameMarks(full, directory) || !isPyramid || !sameSamples || directory.hasSubIfds) return false;
  return isReduction(before, directory) && isHalved(full, directory);
}

function isStray(full: DirectoryShape, { width, height, tiled, subfileType, pageNumber }: DirectoryShape): boolean {
  const smaller = width < full.width && height < full.height;
  return full.tiled && !tiled && smaller && !(subfileType & SubfileType.Page) && pageNumber === undefined;
}
