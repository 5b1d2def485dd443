import { createHash } from 'node:crypto';
import { folderFinder } from '../../src/host/folder.ts';
import { createImageServer } from '../../src/server.ts';
import { loadWasm } from '../codec/load.ts';
import { PYRAMIDS } from '../e2e/paths.ts';

/** SHA-256 of the answers of the same server over a folder, in hexadecimal. */
export async function answersOf(site: string): Promise<(path: string) => Promise<string>> {
  const server = createImageServer({ sources: await folderFinder(PYRAMIDS), wasm: loadWasm });
  const known = new Map<string, Promise<string>>();
  const make = async (path: string) => {
    const response = await server.fetch(new Request(`${site}iiif/3/${path}`));
    if (response.status !== 200) throw new Error(`${path}: ${await response.text()}`);
    return createHash('sha256')
      .update(new Uint8Array(await response.arrayBuffer()))
      .digest('hex');
  };
  return (path) => {
    const answer = known.get(path) ?? make(path);
    known.set(path, answer);
    return answer;
  };
}
