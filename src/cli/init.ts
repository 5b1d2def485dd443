import { copyFile, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isInstalledFile, isLaterScript } from '../host/built-files.ts';
import { UsageError } from './usage.ts';

/** The built files stand beside the command. */
const built = fileURLToPath(new URL('./', import.meta.url));

const WORKER = `importScripts('potto-sw.js');
potto.serve({ sources: 'https://BUCKET.s3.REGION.amazonaws.com/{id}.tif' });
`;

/**
 * Copies `potto-sw.js`, the script and the wasm that belong to it, `potto-viewer.js` with the tag, and the licences of all
 * that into a folder, and writes a two-line `sw.js` where there is none. Scripts of other versions are removed.
 */
export async function init(words: readonly string[]): Promise<void> {
  const [directory, ...rest] = words;
  const isFolder = directory !== undefined && !directory.startsWith('-');
  if (!isFolder || rest.length > 0) throw new UsageError('init takes one folder.');
  await mkdir(directory, { recursive: true });
  const files = (await readdir(built)).filter(isInstalledFile);
  for (const name of files) await copyFile(join(built, name), join(directory, name));
  const old = (await readdir(directory)).filter((name) => isLaterScript(name) && !files.includes(name));
  for (const name of old) await rm(join(directory, name));
  console.log(`Copied ${files.length} files into ${directory}: ${files.join(', ')}`);
  const worker = join(directory, 'sw.js');
  if (await exists(worker)) {
    console.log(`Left ${worker} as it is.`);
    return;
  }
  await writeFile(worker, WORKER);
  console.log(`Wrote ${worker}: put the address of your images into it.`);
  console.log(`To look at the site on this machine: npx potto serve ${directory}`);
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
