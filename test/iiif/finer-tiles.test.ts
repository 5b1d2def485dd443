import { expect, test } from 'vitest';
import { finerTiles } from '../../src/iiif/finer-tiles.ts';

const base = 'http://localhost/iiif/3/a%2Fb';

test('a tile at scale factor 4 has four tiles at scale factor 2', () => {
  expect(finerTiles(`${base}/2048,1024,1024,1024/256,256/0/default.jpg`)).toEqual([
    `${base}/2048,1024,512,512/256,256/0/default.jpg`,
    `${base}/2560,1024,512,512/256,256/0/default.jpg`,
    `${base}/2048,1536,512,512/256,256/0/default.jpg`,
    `${base}/2560,1536,512,512/256,256/0/default.jpg`,
  ]);
});

test('2.1 leaves the height out', () => {
  expect(finerTiles('http://localhost/iiif/2/x/0,0,1024,1024/512,/0/default.webp')).toContain(
    'http://localhost/iiif/2/x/512,512,512,512/512,/0/default.webp',
  );
});

test.each([
  ['full resolution', '0,0,256,256/256,256/0/default.jpg'],
  ['an edge tile', '2048,1024,900,1024/225,256/0/default.jpg'],
  ['a region off the grid', '100,0,512,512/256,256/0/default.jpg'],
  ['a thumbnail', 'full/!200,200/0/default.jpg'],
  ['a rotated one', '0,0,512,512/256,256/90/default.jpg'],
  ['an uneven scale', '0,0,768,768/256,256/0/default.jpg'],
  ['zero', '0,0,0,0/0,0/0/default.jpg'],
])('%s has none', (_name, path) => {
  expect(finerTiles(`${base}/${path}`)).toEqual([]);
});
