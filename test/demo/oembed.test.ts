import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { placeAt } from '../../demo/embed/place.ts';
import { photographs } from '../../demo/exhibits.ts';

const demo = join(import.meta.dirname, '../../demo');
const oembed = async (): Promise<Readonly<Record<string, unknown>>> =>
  JSON.parse(await readFile(join(demo, 'public/embed/oembed.json'), 'utf8'));

/** oEmbed 1.0, section 2.3.4: what any answer may have, and what one of type `rich` has to. */
const KNOWN = [
  ...['type', 'version', 'title', 'author_name', 'author_url', 'provider_name', 'provider_url', 'cache_age'],
  ...['thumbnail_url', 'thumbnail_width', 'thumbnail_height', 'html', 'width', 'height'],
];

test('the example of an oEmbed answer is one of type rich, of version 1.0', async () => {
  const answer = await oembed();
  expect(answer).toMatchObject({
    ...{ version: '1.0', type: 'rich', html: expect.any(String) },
    ...{ width: expect.any(Number), height: expect.any(Number) },
  });
  expect(Object.keys(answer).filter((key) => !KNOWN.includes(key))).toEqual([]);
});

test('its frame is one snippet, as large as it says, that shows an image of the demo', async () => {
  const { html, width, height, title } = await oembed();
  const [, attributes = ''] = /^<iframe ([^<>]*)><\/iframe>$/.exec(String(html)) ?? [];
  const of = (name: string) => new RegExp(`(?:^| )${name}="([^"]*)"`).exec(attributes)?.[1];
  expect([of('width'), of('height'), of('title')]).toEqual([String(width), String(height), title]);
  const { pathname, hash, protocol } = new URL(of('src') ?? '');
  expect([protocol, pathname]).toEqual(['https:', '/embed/']);
  const { src } = placeAt(hash);
  expect(photographs.find(({ id }) => id === src)?.title).toBe(title);
});

test('a place is read from an address, in pixels and in percent, and written again', () => {
  expect(placeAt('#src=moon&xywh=percent:25,25,50,50&rotation=90&page=2')).toEqual({
    ...{ src: 'moon', xywh: 'percent:25,25,50,50', rotation: 90, page: 2 },
  });
  expect(placeAt('#xywh=pixel:1,2,3,4')).toEqual({ xywh: 'pixel:1,2,3,4' });
  expect(placeAt('#xywh=<b>&page=-1&rotation=x')).toEqual({});
});
