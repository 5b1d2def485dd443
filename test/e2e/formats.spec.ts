import sharp from 'sharp';
import { ask, pixelsOf } from './ask.ts';
import { expect, test, visit } from './fixtures.ts';
import { SCANS } from './store/buckets.ts';

const TILE = 'iiif/3/nuthatch/512,512,512,512/200,200/0/default';
const wasmOf = (requests: readonly string[]) =>
  requests.flatMap((request) => /(\S+)\.wasm/.exec(request)?.[1]?.replace(/^.*\//, '') ?? []).sort();

test('what rare formats need is fetched when it is first needed, once, and is there offline', async ({
  openBrowser,
  openWorkerSite,
}) => {
  const site = await openWorkerSite();
  const context = await openBrowser();
  const page = await visit(context, site.url);
  expect(wasmOf(site.requests)).toEqual(['jpeg-decode', 'kernel', 'png', 'webp-decode', 'webp-encode']);

  for (const [format, type] of [
    ['gif', 'image/gif'],
    ['tif', 'image/tiff'],
    ['pdf', 'application/pdf'],
    ['avif', 'image/avif'],
  ] as const) {
    const answer = await ask(page, `${TILE}.${format}`);
    expect(answer.status, format).toBe(200);
    expect(answer.headers['content-type']).toBe(type);
    if (format !== 'pdf') expect(await sharp(answer.bytes).metadata()).toMatchObject({ width: 200, height: 200 });
  }
  const fetched = ['avif-encode', 'jpeg-decode', 'kernel', 'png', 'webp-decode', 'webp-encode'];
  expect(wasmOf(site.requests)).toEqual(fetched);

  const devtools = await context.newCDPSession(page);
  await devtools.send('ServiceWorker.enable');
  await devtools.send('ServiceWorker.stopAllWorkers');
  site.set('avif-encode.wasm', 'gone');
  expect((await ask(page, `${TILE.replace('200,200', '100,100')}.avif`)).status).toBe(200);
  expect(wasmOf(site.requests)).toEqual(fetched);
});

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
