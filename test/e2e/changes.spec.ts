import sharp from 'sharp';
import { ask, pixelsOf } from './ask.ts';
import { expect, test, visit } from './fixtures.ts';
import { SCANS } from './store/buckets.ts';
import { putObject } from './store/control.ts';

const RED = [255, 0, 0] as const;
const BLUE = [0, 0, 255] as const;
const FIRST = '0,0,256,256/max/0/default.png';
/** Read ahead with the first. */
const BESIDE = '256,0,256,256/max/0/default.png';
/** Far from it. */
const UNREAD = '512,512,256,256/max/0/default.png';

/** Of the same length in every colour: only the entity tag tells one from another. */
async function putPicture(key: string, [r, g, b]: readonly [number, number, number]): Promise<void> {
  const body = await sharp({ create: { width: 1024, height: 1024, channels: 3, background: { r, g, b } } })
    .tiff({ tile: true, pyramid: true, compression: 'none' })
    .toBuffer();
  await putObject(SCANS, { key: `${key}.tif`, body });
}

async function colourOf(picture: Uint8Array): Promise<readonly number[]> {
  return [...(await pixelsOf(picture)).subarray(0, 3)];
}

test('an object that was replaced is noticed by the next read, and nothing old is answered after it', async ({
  openBrowser,
  openWorkerSite,
}) => {
  await putPicture('replaced', RED);
  const page = await visit(await openBrowser(), (await openWorkerSite()).url);
  const info = await ask(page, 'iiif/3/replaced/info.json');
  const red = await ask(page, `iiif/3/replaced/${FIRST}`);
  expect(await colourOf(red.bytes)).toEqual(RED);

  await putPicture('replaced', BLUE);
  const unread = await ask(page, `iiif/3/replaced/${UNREAD}`);
  expect(unread.status).toBe(200);
  expect(await colourOf(unread.bytes)).toEqual(BLUE);
  const first = await ask(page, `iiif/3/replaced/${FIRST}`);
  expect(await colourOf(first.bytes)).toEqual(BLUE);
  expect(await colourOf((await ask(page, `iiif/3/replaced/${BESIDE}`)).bytes)).toEqual(BLUE);
  expect(first.headers.etag).not.toBe(red.headers.etag);
  expect((await ask(page, 'iiif/3/replaced/info.json')).headers.etag).not.toBe(info.headers.etag);
});

test('an object that was replaced is noticed after revalidateAfter, though its answers are in the cache', async ({
  openBrowser,
  openWorkerSite,
  door,
}) => {
  await putPicture('revalidated', RED);
  const options = `{ sources: '${door.url}/${SCANS}/{id}.tif', revalidateAfter: 0 }`;
  const page = await visit(await openBrowser(), (await openWorkerSite({ options })).url);
  expect(await colourOf((await ask(page, `iiif/3/revalidated/${FIRST}`)).bytes)).toEqual(RED);
  const again = await ask(page, `iiif/3/revalidated/${FIRST}`);
  expect(again.headers['server-timing']).toContain('hit');

  await putPicture('revalidated', BLUE);
  expect(await colourOf((await ask(page, `iiif/3/revalidated/${FIRST}`)).bytes)).toEqual(BLUE);
});
