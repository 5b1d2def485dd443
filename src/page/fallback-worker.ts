/**
 * Starts a classic script as a worker. Browsers refuse to start one of another origin, which in a sandboxed frame is every
 * origin, but let a worker import it.
 * @throws {Error} in words where no worker can be had.
 */
export function startWorker(script: URL, name: string): Worker {
  if (script.protocol === 'file:') {
    throw new Error(
      'A page that is opened from a disk can’t start the image server from there: browsers read no files for it. Serve the folder, for instance with “npx potto serve”, or have “worker” name a script on a server.',
    );
  }
  if (script.origin === self.origin) return new Worker(script, { name });
  const importing = new Blob([importerOf(script.href)], { type: 'text/javascript' });
  const url = URL.createObjectURL(importing);
  try {
    return new Worker(url, { name });
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** Nothing is relative to the address of such a worker: what the script imports is so to the script. */
function importerOf(script: string): string {
  const address = JSON.stringify(script);
  return `const load = importScripts.bind(self);
self.importScripts = (...scripts) => load(...scripts.map((script) => new URL(script, ${address}).href));
importScripts(${address});`;
}
