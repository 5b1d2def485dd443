import { LICENCES_FILE } from '../licences/licences-file.ts';

const LATER_SCRIPT = /^potto-later-[\w-]+\.js$/;

/** Whether a file of `dist/` is one of those that make up the static worker, which are installed side by side. */
export function isWorkerFile(name: string): boolean {
  return name === 'potto-sw.js' || isLaterScript(name) || name.endsWith('.wasm');
}

/** The script that `potto-sw.js` loads when it first needs it; its name is another one in each version. */
export function isLaterScript(name: string): boolean {
  return LATER_SCRIPT.test(name);
}

/** Whether a file of `dist/` belongs to a site that a person makes by hand: the worker, the tag, and their licences. */
export function isInstalledFile(name: string): boolean {
  return isWorkerFile(name) || name === 'potto-viewer.js' || name === LICENCES_FILE;
}
