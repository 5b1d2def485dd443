import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { catalogue } from '../../demo/catalogue.ts';
import { hashOfRegion, regionOfHash } from '../../demo/region-hash.ts';
import { found, resultAt, results } from '../../demo/search/results.ts';

describe('results of a search', () => {
  test('are hundreds, each of its own', () => {
    expect(results.length).toBeGreaterThan(250);
    expect(new Set(results.map(({ id, region }) => hashOfRegion(id, region))).size).toBe(results.length);
  });

  test('lie within their photographs, whole tiles of them', () => {
    for (const { id, region } of results) {
      const image = catalogue.find((one) => one.id === id);
      if (!image || !region) continue;
      expect(region.x % image.pyramid.tileSize).toBe(0);
      expect(region.y % image.pyramid.tileSize).toBe(0);
      expect(region.x + region.width).toBeLessThanOrEqual(image.width);
      expect(region.y + region.height).toBeLessThanOrEqual(image.height);
    }
  });

  test('are all of them without a question, and those with all its words with one', () => {
    expect(found(' ')).toEqual(results);
    expect(found('TYCHO moon')).toHaveLength(1);
    expect(found('tycho dandelions')).toEqual([]);
    expect(found('Behaim b2').every(({ id }) => id === 'behaim-globe')).toBe(true);
  });

  test('are found again by the address of their work', () => {
    for (const one of results.slice(0, 20)) {
      const hash = hashOfRegion(one.id, one.region);
      expect(resultAt(one.id, regionOfHash(hash))).toBe(one);
    }
  });
});

test('the catalogue knows the size of each picture', async () => {
  for (const { file, width, height } of catalogue) {
    const path = fileURLToPath(new URL(`../../demo/images/${file}`, import.meta.url));
    expect(await sharp(readFileSync(path)).metadata(), file).toMatchObject({ width, height });
  }
});

test('an address without a region, or with an empty one, names the whole', () => {
  expect(regionOfHash('#moon')).toBeUndefined();
  expect(regionOfHash('#moon&xywh=0,0,0,5')).toBeUndefined();
  expect(regionOfHash('#moon&xywh=1,2,3,4')).toEqual({ x: 1, y: 2, width: 3, height: 4 });
});
