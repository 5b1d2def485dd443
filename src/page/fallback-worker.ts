/**
 * Starts a classic script as a worker. Browsers refuse to start one of another origin, also on pages from a disk, but let
 * a worker import it.
 * @throws {Error} in words where no worker can be had.
 */
export function startWorker(script: URL, name: string): Worker {
  if (script.protocol === 'file:') {
    throw new Error(
      'A page that is opened from a disk can’t start the image server from there: browsers read no files for it. Serve the folder, for instance with “npx potto serve”, or have “worker” name a script on a server.',
    );
  }
  if (script.origin === location.origin) return new Worker(script, { name });
  const importing = new Blob([`importScripts(${JSON.stringify(script.href)});`], { type: 'text/javascript' });
  const url = URL.createObjectURL(importing);
  try {
    return new Worker(url, { name });
  } finally {
    URL.revokeObjectURL(url);
  }
}
