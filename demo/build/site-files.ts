import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What `public/offline.js` reads. */
const LIST = 'site-files.js';
/**
 * The browser keeps the worker's scripts with it, and the worker its wasm by itself. Threads, which pages start, ask for
 * `potto-sw.js` and what that loads as for any other file.
 */
const NOT_LISTED = /^(?:.*\.wasm|sw\.js|offline\.js|site-files\.js)$/;

/** Writes `site-files.js` into a built site: the addresses of its files, relative to it, and a name that tells this build of it from every other. */
export async function writeSiteFiles(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length).replaceAll('\\', '/').replace(/^\//, ''))
    .filter((path) => !NOT_LISTED.test(path))
    .sort();
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update(await readFile(join(folder, file)));
  const build = hash.digest('hex').slice(0, 12);
  // Some hosts redirect from a page's file name to its folder, and browsers open no page from a redirected answer.
  const addresses = files.map((file) => (file === 'index.html' ? './' : file.replace(/\/index\.html$/, '/')));
  await writeFile(join(folder, LIST), `var siteFiles = ${JSON.stringify({ build, files: addresses })};\n`);
}
