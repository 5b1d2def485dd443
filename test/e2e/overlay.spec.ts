import { ask, pixelsOf } from './ask.ts';
import { expect, test, visit } from './fixtures.ts';
import { SCANS } from './store/buckets.ts';

test('words are drawn over the image by the fonts of the browser', async ({ openBrowser, openWorkerSite, door }) => {
  const overlay = `{ content: { text: 'Library\\nof Words', colour: [255, 0, 255] }, position: 'centre', width: 1 }`;
  const options = `{ sources: '${door.url}/${SCANS}/{id}.tif', rendering: { overlay: ${overlay} } }`;
  const page = await visit(await openBrowser(), (await openWorkerSite({ options })).url);
  const answer = await ask(page, 'iiif/3/nuthatch/full/!400,400/0/default.png');
  expect(answer.status).toBe(200);
  expect(answer.headers['server-timing']).toContain('rendered');
  const pixels = await pixelsOf(answer.bytes);
  let drawn = 0;
  for (let i = 0; i < pixels.length; i += 3) {
    if (pixels[i] === 255 && pixels[i + 1] === 0 && pixels[i + 2] === 255) drawn++;
  }
  const share = drawn / (pixels.length / 3);
  expect(share).toBeGreaterThan(0.02);
  expect(share).toBeLessThan(0.5);
});
