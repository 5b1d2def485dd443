import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { catalogue, storedAs } from '../../demo/catalogue.ts';

test('the demo has at least four images, each with an identifier of its own', () => {
  expect(catalogue.length).toBeGreaterThanOrEqual(4);
  expect(new Set(catalogue.map(({ id }) => id)).size).toBe(catalogue.length);
});

test('the origin of every image is written down, under the licence that the page shows', async () => {
  const origins = await readFile(new URL('../../demo/images/ORIGINS.md', import.meta.url), 'utf8');
  for (const { file, licence } of catalogue) {
    const row = origins.split('\n').find((line) => line.startsWith(`| \`${file}\``));
    expect(row, file).toContain(new URL(licence.url).pathname);
  }
});

test('the catalogue tells several ways of storing a pyramid apart in words', () => {
  const ways = catalogue.map(({ pyramid }) => storedAs(pyramid));
  expect(ways).toContain('Tiled TIFF, JPEG, 256 × 256 tiles');
  expect(ways).toContain('Tiled TIFF, JPEG, 512 × 512 tiles, levels in SubIFDs');
  expect(ways).toContain('Tiled TIFF, JPEG, grey, 512 × 512 tiles');
  expect(ways).toContain('Tiled TIFF, WebP, 256 × 256 tiles');
  expect(ways).toContain('Tiled TIFF, Deflate (lossless), 256 × 256 tiles');
});
