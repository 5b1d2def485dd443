import { getEventListeners } from 'node:events';
import { afterAll, expect, test } from 'vitest';
import { createImageServer } from '../../src/server.ts';
import { loadWasm } from '../codec/load.ts';
import { startRangeServer } from '../source/range-server.ts';
import { libvipsPyramid } from './files.ts';

const store = await startRangeServer(await libvipsPyramid(2048, 2048, 128));
afterAll(() => store.close());

test('an answer of many tiles leaves nothing on the signal of its request', async () => {
  const warnings: Error[] = [];
  const note = (warning: Error) => warnings.push(warning);
  process.on('warning', note);
  const images = createImageServer({ sources: `${store.origin}/{id}.tif`, wasm: loadWasm });
  const { signal } = new AbortController();
  for (const region of ['full/2048,2048', '0,0,1024,1024/1024,1024']) {
    const request = new Request(`https://potto.example/iiif/3/photo/${region}/0/default.jpg`);
    const answer = await images.fetch(request, { signal });
    expect(answer.status).toBe(200);
    await answer.arrayBuffer();
  }
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', note);
  expect(warnings).toEqual([]);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});
