import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

/** Starts iiif-processor (sharp) for the images of a folder. `base` lacks only `{name}/{region}/…`. */
export async function startIiifProcessor(folder: string): Promise<{ readonly base: string; stop(): void }> {
  const start = fileURLToPath(new URL('../start.mjs', import.meta.url));
  const server = fork(start, ['peers/iiif-processor-server.ts', folder]);
  const [{ port }] = (await once(server, 'message')) as [AddressInfo];
  return { base: `http://127.0.0.1:${port}/iiif/3/`, stop: () => server.disconnect() };
}
