import { afterEach, expect, test } from 'vitest';
import { short, tiledTags, writeTiff } from '../image/tiff/tiff-writer.ts';
import { smallCog } from '../server/files.ts';
import { type Subject, startSubject } from '../server/subject.ts';

const HTML = Buffer.from(`<!doctype html><script>alert(1)</script>${' '.repeat(500)}`);
const SVG = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>${' '.repeat(500)}`);
const TILE = '3/photo/0,0,256,256/256,256/0/default';

let subject: Subject;
afterEach(() => subject.close());

const tiff = (compression: number, tile: Uint8Array) =>
  writeTiff([{ tags: tiledTags(256, 256, 256, { 259: short(compression), 262: short(6) }), tiles: [tile] }]);

test.each([
  ['an HTML page as a JPEG tile', tiff(7, HTML)],
  ['an SVG as a JPEG tile', tiff(7, SVG)],
  ['an HTML page as a WebP tile', tiff(50001, HTML)],
  ['an SVG as a JPEG 2000 tile', tiff(34712, SVG)],
  ['an HTML page', HTML],
  ['an SVG', SVG],
  ['a JPEG that ends as an HTML page', Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), HTML])],
])('%s is never answered as it is', async (_, file) => {
  subject = await startSubject(file);
  const { ask } = subject.start();
  for (const path of [
    '3/photo/info.json',
    `${TILE}.jpg`,
    `${TILE}.webp`,
    `${TILE}.png`,
    '3/photo/full/max/0/default.jpg',
  ]) {
    const answer = await ask(path);
    const body = Buffer.from(await answer.arrayBuffer()).toString('latin1');
    expect(body).not.toMatch(/<script|<svg|<!doctype/i);
    expect(answer.headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(answer.headers.get('Content-Type')).toMatch(/^(image\/(jpeg|png|webp)|text\/plain|application\/)/);
    expect(answer.headers.get('Content-Type')).not.toMatch(/html|svg|xml/);
  }
});

test('every answer says that its type is not to be guessed, and may be shown on isolated pages', async () => {
  subject = await startSubject(await smallCog('teal'));
  const { ask } = subject.start();
  const tile = await ask(`${TILE}.jpg`);
  const answers = [
    tile,
    await ask(`${TILE}.jpg`, { headers: { 'If-None-Match': tile.headers.get('ETag') ?? '' } }),
    await ask(`${TILE}.jpg`, { method: 'HEAD' }),
    await ask('3/photo/info.json'),
    await ask('3/photo/manifest.json'),
    await ask('3/photo'),
    await ask('3/photo/full/nonsense/0/default.jpg'),
    await ask('3/..%2Fphoto/info.json'),
    await ask('3/photo/info.json', { method: 'OPTIONS' }),
    await ask('3/photo/info.json', { method: 'DELETE' }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 304, 200, 200, 200, 303, 400, 400, 204, 405]);
  for (const { headers } of answers) {
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff');
    expect(headers.get('Cross-Origin-Resource-Policy')).toBe('cross-origin');
  }
});
