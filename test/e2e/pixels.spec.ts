import { join } from 'node:path';
import { ask, largestDifference, pixelsOf, pixelsOfTiff } from './ask.ts';
import { expect, test, visit } from './fixtures.ts';
import { PYRAMIDS } from './paths.ts';

const nuthatch = join(PYRAMIDS, 'nuthatch.tif');
const world = join(PYRAMIDS, 'world-1689.tif');

test('a stored tile passes through: its pixels are those of the TIFF', async ({ openBrowser, openWorkerSite }) => {
  const page = await visit(await openBrowser(), (await openWorkerSite()).url);
  for (const { region, level, at } of [
    { region: '512,1024,512,512', level: 0, at: [512, 1024, 512, 512] },
    { region: '1024,0,1024,1024', level: 1, at: [512, 0, 512, 512] },
  ] as const) {
    const answer = await ask(page, `iiif/3/nuthatch/${region}/512,512/0/default.jpg`);
    expect(answer.status).toBe(200);
    expect(answer.headers['server-timing']).toContain('passthrough');
    const stored = await pixelsOfTiff(nuthatch, level, at);
    expect(largestDifference(await pixelsOf(answer.bytes), stored)).toBe(0);
  }
});

test('a rendered region of a lossless image, asked as PNG, has exactly its pixels', async ({
  openBrowser,
  openWorkerSite,
}) => {
  const page = await visit(await openBrowser(), (await openWorkerSite()).url);
  const answer = await ask(page, 'iiif/3/world-1689/300,333,700,555/max/0/default.png');
  expect(answer.status).toBe(200);
  expect(answer.headers['server-timing']).toContain('rendered');
  const stored = await pixelsOfTiff(world, 0, [300, 333, 700, 555]);
  expect(largestDifference(await pixelsOf(answer.bytes), stored)).toBe(0);
});
