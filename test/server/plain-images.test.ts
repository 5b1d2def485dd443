import { afterAll, expect, test } from 'vitest';
import { picture, sharpOf } from '../codec/pictures.ts';
import { startSubject, takeRanges } from './subject.ts';

const file = new Uint8Array(
  await sharpOf(picture(1300, 900, 3))
    .jpeg()
    .toBuffer(),
);
const subject = await startSubject(file);
afterAll(() => subject.close());

test('a plain JPEG offers tiles of 512 pixels at the scales of its halves', async () => {
  const { ask } = subject.start();
  const info = await (await ask('3/photo/info.json')).json();
  expect(info).toMatchObject({
    width: 1300,
    height: 900,
    tiles: [{ width: 512, height: 512, scaleFactors: [1, 2, 4] }],
  });
  expect(info.preferredFormats).toBeUndefined();
});

test('its tiles cost one read of the header and one of the object, and one decode', async () => {
  const { ask, reports } = subject.start();
  takeRanges(subject.store);
  const tiles = ['0,0,512,512/512,512', '512,0,512,512/512,512', '0,0,1024,900/512,450', 'full/325,225'];
  const answers = await Promise.all(tiles.map((tile) => ask(`3/photo/${tile}/0/default.jpg`)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect(takeRanges(subject.store)).toHaveLength(2);
  const later = await ask('3/photo/512,512,512,388/512,388/0/default.jpg');
  expect(later.status).toBe(200);
  expect(takeRanges(subject.store)).toEqual([]);
  expect(reports.every(({ timing }) => timing.has('rendered'))).toBe(true);
});

test('the whole of it is the file itself', async () => {
  const { ask } = subject.start();
  const answer = await ask('3/photo/full/max/0/default.jpg');
  expect(answer.headers.get('Server-Timing')).toContain('passthrough');
  expect(new Uint8Array(await answer.arrayBuffer())).toEqual(file);
});

test('above plainLimit it is refused in words, for 32 KB of reading', async () => {
  const { ask } = subject.start({ plainLimit: file.length - 1 });
  takeRanges(subject.store);
  for (const path of ['3/photo/info.json', '3/photo/full/max/0/default.jpg']) {
    const answer = await ask(path);
    expect(answer.status).toBe(501);
    const words = await answer.text();
    for (const word of [
      `${file.length} bytes`,
      `${file.length - 1} bytes`,
      'plainLimit',
      'vips tiffsave in.jpg out.tif',
    ]) {
      expect(words).toContain(word);
    }
  }
  expect(Math.max(...takeRanges(subject.store))).toBeLessThanOrEqual(32_768);
});

test('plainLimit must be a number of bytes', () => {
  for (const plainLimit of [0, -1, 1.5, Number.NaN]) {
    expect(() => subject.start({ plainLimit })).toThrow(TypeError);
  }
});
