import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { single, skipped } from '../figures.ts';
import type { Group } from '../group.ts';
import { ask, countedServer } from '../jpeg2000-server.ts';
import { sum } from '../statistics.ts';

const CORPUS = new URL('../../../../shared/corpus/', import.meta.url);
const SESSION = 'zoom-jp2';

/** What was recorded of one viewer: `info.json`, then tiles. */
interface Session {
  readonly name: string;
  readonly file: string;
  readonly requests: readonly { readonly path: string }[];
}

/** A recorded session of OpenSeadragon over a small file of 1024² tiles, most of which it shows. */
export const jpeg2000Session: Group = {
  name: 'JPEG 2000: a zoom session over tiles of 1024²',
  async measure() {
    const trace = new URL('trace.json', CORPUS);
    if (!existsSync(trace)) return [skipped(SESSION, 'the recorded session is not here')];
    const { sessions }: { readonly sessions: readonly Session[] } = JSON.parse(await readFile(trace, 'utf8'));
    const session = sessions.find(({ name }) => name === SESSION);
    if (!session) throw new Error(`There is no session ${SESSION}`);
    const bytes = await readFile(new URL(session.file, CORPUS));
    const { server, take } = countedServer(bytes);
    for (const { path } of session.requests) await ask(server, path);
    const ranges = take();
    const share = sum(ranges.map(({ length }) => length)) / bytes.length;
    return [
      single(`${session.requests.length} requests: read of the file, as a multiple of it`, share, '', { atMost: 1.1 }),
      single('in ranges', ranges.length, ''),
    ];
  },
};
