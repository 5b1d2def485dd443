import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FoundSource, SourceFinder } from '../source/finder.ts';
import { FileSource } from './file-source.ts';

/**
 * Finds images in a folder and the folders in it: the identifier is the relative path, with the file's extension or
 * without. No path and no symbolic link leads out of the folder.
 */
export async function folderFinder(directory: string): Promise<SourceFinder> {
  const root = await realpath(directory);
  return {
    async find(identifier) {
      if (!isRelativePath(identifier)) return undefined;
      const path = (await fileAt(root, identifier)) ?? (await fileNamed(root, identifier));
      return path === undefined ? undefined : found(path);
    },
  };
}

/** What a file system would take for more than a name; the colon of `ark:` only where it begins a stream or a drive. */
const MORE_THAN_A_NAME = sep === '/' ? /[\\\0]/ : /[\\\0:]/;

/** Segments that are names: no way up, and none hidden. */
function isRelativePath(identifier: string): boolean {
  return identifier
    .split('/')
    .every((segment) => segment !== '' && !segment.startsWith('.') && !MORE_THAN_A_NAME.test(segment));
}

async function fileAt(root: string, relative: string): Promise<string | undefined> {
  try {
    const path = await realpath(join(root, relative));
    return path.startsWith(root + sep) && (await stat(path)).isFile() ? path : undefined;
  } catch {
    return undefined;
  }
}

/** The file that has this name and some extension: a TIFF before its thumbnail or its metadata, then by the alphabet. */
async function fileNamed(root: string, relative: string): Promise<string | undefined> {
  const names = await readdir(join(root, dirname(relative))).catch(() => []);
  const wanted = basename(relative);
  const candidates = names.filter((name) => extname(name) !== '' && basename(name, extname(name)) === wanted).sort();
  const isTiff = (name: string) => /\.tiff?$/i.test(name);
  for (const name of [...candidates.filter(isTiff), ...candidates.filter((name) => !isTiff(name))]) {
    const path = await fileAt(root, join(dirname(relative), name));
    if (path !== undefined) return path;
  }
  return undefined;
}

function found(path: string): FoundSource {
  const url = pathToFileURL(path).href;
  return { url, open: (known) => new FileSource(path, url, known) };
}
