const LATER_SCRIPT = /^potto-later-[\w-]+\.js$/;

/** Whether a file of `dist/` is one of those that make up the static worker, which are installed side by side. */
export function isWorkerFile(name: string): boolean {
  return name === 'potto-sw.js' || isLaterScript(name) || name.endsWith('.wasm');
}

/** The script that `potto-sw.js` loads when it first needs it; its name is another one in each version. */
export function isLaterScript(name: string): boolean {
  return LATER_SCRIPT.test(name);
}
