import sharp from 'sharp';
import { expect, test } from 'vitest';
import { chainToSubIfds } from '../../demo/build/subifds.ts';
import { readIfds } from './tiff-tags.ts';

/** A tiled TIFF of `size` pixels square, 64-pixel tiles, with all its levels in the IFD chain. */
function chainOf(size: number, pyramid = true, bigtiff = false): Promise<Buffer> {
  return sharp({ create: { width: size, height: size, channels: 3, background: '#c08040' } })
    .tiff({ tile: true, tileWidth: 64, tileHeight: 64, pyramid, bigtiff })
    .toBuffer();
}

test.each([
  ['one smaller level, whose offset stands in the tag itself', 128, 1],
  ['three smaller levels, whose offsets stand in a list', 512, 3],
])('%s', async (_, size, levels) => {
  const relinked = chainToSubIfds(await chainOf(size));
  expect(readIfds(relinked)).toEqual([expect.objectContaining({ tileWidth: 64, subIfds: levels })]);
  for (let level = 0; level < levels; level++) {
    const { info } = await sharp(relinked, { subifd: level }).raw().toBuffer({ resolveWithObject: true });
    expect(info.width).toBe(size >> (level + 1));
  }
});

test('a TIFF of one level has nothing to move', async () => {
  const plain = await chainOf(64, false);
  expect(() => chainToSubIfds(plain)).toThrow('no levels to move');
});

test('BigTIFF is refused', async () => {
  const big = await chainOf(128, true, true);
  expect(() => chainToSubIfds(big)).toThrow('Not a classic TIFF');
});

test('relinking twice is refused', async () => {
  const once = chainToSubIfds(await chainOf(512));
  expect(() => chainToSubIfds(once)).toThrow('no levels to move');
});
