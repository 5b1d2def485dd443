import { afterEach, expect, test } from 'vitest';
import { PARTS } from '../../src/parts.ts';
import { createImageServerOf } from '../../src/server.ts';
import { loadWasm } from '../codec/load.ts';
import { libvipsPyramid } from '../server/files.ts';
import { download, order, type Subject, startSubject } from './subject.ts';

let subject: Subject | undefined;
afterEach(() => subject?.close());

const SMALL = 'full/625,/0/default.jpg';
const TILE_OF_TWO = '512,0,512,512/256,256/0/default.jpg';
const TILE_OF_ALL = '256,1024,256,256/256,256/0/default.jpg';

test('levels up to a width take a part of the bytes, and show without the source what needs no others', async () => {
  const file = await libvipsPyramid(2500, 1800);
  subject = await startSubject(file);
  const ask = (sources = subject?.keeper().finder) => {
    if (!sources) throw new Error('No finder');
    const server = createImageServerOf(PARTS, { sources, wasm: loadWasm });
    return (path: string) => server.fetch(new Request(`https://potto.example/iiif/3/a/${path}`));
  };
  const online = new Map<string, Buffer>();
  for (const path of ['info.json', SMALL, TILE_OF_TWO]) {
    online.set(path, Buffer.from(await (await ask()(path)).arrayBuffer()));
  }
  const keeper = subject.keeper();
  await order(keeper, 'pack', ['a'], { width: 1250 });
  const pack = await download(keeper, 'pack').done;
  expect(pack.isComplete).toBe(true);
  expect(pack.bytes).toBeLessThan(0.5 * file.length);
  // Deeper levels come from the source while there is one.
  expect((await ask(keeper.finder)(TILE_OF_ALL)).status).toBe(200);

  await subject.store.close();
  const offline = ask(subject.keeper().finder);
  for (const [path, bytes] of online) {
    const answer = await offline(path);
    expect(answer.status, path).toBe(200);
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes), path).toBe(true);
  }
  expect((await offline(TILE_OF_ALL)).status).toBe(502);
});
