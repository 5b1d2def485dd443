import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The folder of the site can't be written: nothing that follows can be done. */
export class SiteUnwritableError extends Error {
  override readonly name = 'SiteUnwritableError';
}

const FULL = 'its disk is full. Make room and run the command again: what is done stays done';
const READ_ONLY = 'it can only be read. Name another folder for the site, or have it made writable';

/** What systems call it. `ENOENT` is what Node makes of folders in a place that can only be read. */
const WORDS: Readonly<Record<string, string>> = {
  ENOSPC: FULL,
  EDQUOT: FULL,
  EROFS: READ_ONLY,
  EACCES: READ_ONLY,
  EPERM: READ_ONLY,
  ENOENT: READ_ONLY,
  EEXIST: 'there is a file of that name',
  ENOTDIR: 'there is a file in its path',
};

/** libvips tells it in the words of the system. */
const SPOKEN: readonly (readonly [RegExp, string])[] = [
  [/no space left|disk quota exceeded|not enough space/i, FULL],
  [/read-only file system/i, READ_ONLY],
];

/** Why the site can't be written, where that is what an error says; undefined for all other errors. */
export function siteTrouble(error: unknown, site: string): SiteUnwritableError | undefined {
  if (error instanceof SiteUnwritableError) return error;
  if (!(error instanceof Error)) return undefined;
  const code = 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT' || error.code === 'EROFS');
  const words = code ? WORDS[String(error.code)] : SPOKEN.find(([pattern]) => pattern.test(error.message))?.[1];
  return words === undefined ? undefined : unwritable(site, words, error);
}

/**
 * Tries the folder of the site before any work is done; `make` makes it.
 * @throws {SiteUnwritableError} in words.
 */
export async function assertWritable(site: string, make: () => Promise<unknown>): Promise<void> {
  const probe = join(site, '.potto-can-write');
  try {
    await make();
    await writeFile(probe, 'x');
    await rm(probe);
  } catch (cause) {
    const words = cause instanceof Error && 'code' in cause ? WORDS[String(cause.code)] : undefined;
    throw words === undefined ? cause : unwritable(site, words, cause);
  }
}

function unwritable(site: string, words: string, cause: unknown): SiteUnwritableError {
  return new SiteUnwritableError(`The folder ${site} of the site can't be written: ${words}.`, { cause });
}
