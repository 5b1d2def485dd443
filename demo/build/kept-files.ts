import { createHash } from 'node:crypto';
import { access, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';

/** How a file is made. */
export interface FileRecipe {
  /** Of the file, in its folder. */
  readonly name: string;
  /** What goes into it. */
  readonly sources: readonly Uint8Array[];
  /** Everything else that the file depends on, as plain data. */
  readonly settings: unknown;
  readonly make: () => Promise<Uint8Array>;
}

export interface KeptFile {
  readonly path: string;
  /** False when it was there and up to date. */
  readonly made: boolean;
}

/** Fingerprint of what a file was made from, by its name. */
type Stamps = Readonly<Record<string, string>>;

/**
 * Makes the files in `folder`, which is created when missing. What is up to date, judged by the content of its sources
 * and its settings, stays as it is; `stampsName` is the file in the folder that remembers them.
 */
export async function keepFiles(
  folder: string,
  stampsName: string,
  recipes: readonly FileRecipe[],
): Promise<readonly KeptFile[]> {
  await mkdir(folder, { recursive: true });
  const stampsPath = join(folder, stampsName);
  const before = await readStamps(stampsPath);
  const stamps: Record<string, string> = {};
  const files: KeptFile[] = [];
  for (const recipe of recipes) {
    const path = join(folder, recipe.name);
    const stamp = fingerprint(recipe);
    const made = before[recipe.name] !== stamp || !(await exists(path));
    if (made) await replaceFile(path, await recipe.make());
    stamps[recipe.name] = stamp;
    files.push({ path, made });
  }
  if (files.some(({ made }) => made)) await replaceFile(stampsPath, JSON.stringify(stamps));
  return files;
}

function fingerprint({ sources, settings }: FileRecipe): string {
  const hash = createHash('sha256');
  for (const source of sources) hash.update(source);
  return hash.update(JSON.stringify({ settings, vips: sharp.versions.vips })).digest('hex');
}

/** No stamps, or spoiled ones, only mean that everything is made again. */
async function readStamps(path: string): Promise<Stamps> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return {};
  }
}

/** Writes beside and renames, so that a store which is serving the folder never shows half a file. */
async function replaceFile(path: string, content: Uint8Array | string): Promise<void> {
  const draft = `${path}.${process.pid}.part`;
  await writeFile(draft, content);
  await rename(draft, path);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
