import { describe, expect, test } from 'vitest';
import { folderFinder } from '../../src/host/folder.ts';
import { createImageServer } from '../../src/server.ts';
import { loadWasm } from '../codec/load.ts';
import { CORPUS, corpusCases, corpusFiles, shortcomings } from './corpus.ts';
import { ask } from './server.ts';

describe.runIf(CORPUS)('real files', async () => {
  const server = createImageServer({ sources: await folderFinder(CORPUS ?? '.'), wasm: loadWasm });

  test.each(corpusFiles())('$file opens with its size and levels', async ({ file, pyramid, ...size }) => {
    const info = await (await ask(server, `${encodeURIComponent(file)}/info.json`)).json();
    const { width, height, displayWidth = width, displayHeight = height } = size;
    expect([info.width, info.height]).toEqual([displayWidth, displayHeight]);
    expect(info.tiles[0].scaleFactors.length).toBeGreaterThanOrEqual(pyramid?.levels ?? 1);
  });

  test.each(corpusCases())('$id: $file/$path', async (one) => {
    const response = await ask(server, `${encodeURIComponent(one.file)}/${one.path}`);
    expect(await shortcomings(one, new Uint8Array(await response.arrayBuffer()))).toBe('');
  });
});
