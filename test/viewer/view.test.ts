import { expect, test } from 'vitest';
import { downloadName, downloadUrl, onImage, parseRegion, uprightTurn, wholeTurn } from '../../src/viewer/view.ts';

test('a region is read from the fragment of an address, and nothing else is', () => {
  const size = { width: 3000, height: 1001 };
  expect(parseRegion('10,20,300,400', size)).toEqual({ x: 10, y: 20, width: 300, height: 400 });
  expect(parseRegion('pixel:0,0,1,1', size)).toEqual({ x: 0, y: 0, width: 1, height: 1 });
  expect(parseRegion('10.4,0,20.2,5', size)).toEqual({ x: 10, y: 0, width: 21, height: 5 });
  expect(parseRegion('percent:25,50,50,50', size)).toEqual({ x: 750, y: 501, width: 1500, height: 500 });
  expect(parseRegion('percent:0,0,100,100', size)).toEqual({ x: 0, y: 0, ...size });
  expect(parseRegion('percent:12.5,0,0.01,0.01', size)).toEqual({ x: 375, y: 0, width: 1, height: 1 });
  for (const text of [
    null,
    '',
    '1,2,3',
    '-1,0,5,5',
    '0,0,0,5',
    'percent:0,0,5,0',
    'percent:',
    'pct:0,0,5,5',
    '1,2,3,4,5',
  ]) {
    expect(parseRegion(text, size), String(text)).toBeUndefined();
  }
});

test('what is seen is cut to the image', () => {
  const size = { width: 100, height: 50 };
  expect(onImage({ x: -10.5, y: 10.2, width: 200, height: 10 }, size)).toEqual({ x: 0, y: 10, width: 100, height: 11 });
  const computed = { x: 9.999_999, y: 5.000_001, width: 20.000_002, height: 10 };
  expect(onImage(computed, size)).toEqual({ x: 10, y: 5, width: 20, height: 10 });
  expect(onImage({ x: 100, y: 0, width: 10, height: 10 }, size)).toBeUndefined();
});

test('a download is as large as the image has it, within bounds', () => {
  const url = (width: number, height: number, maxArea?: number) =>
    downloadUrl('https://a.example/iiif/3/x', { x: 5, y: 6, width, height }, 90, { maxArea });
  expect(url(300, 200)).toBe('https://a.example/iiif/3/x/5,6,300,200/300,200/90/default.jpg');
  expect(url(40_960, 100)).toContain('/4096,10/');
  expect(url(2000, 2000, 1_000_000)).toContain('/1000,1000/');
  expect(url(40_960, 1)).toContain('/4096,1/');
});

test('a download is no wider and no higher than its server gives', () => {
  const url = (maxWidth: number, maxHeight?: number) =>
    downloadUrl('x', { x: 0, y: 0, width: 2000, height: 4000 }, 0, { maxWidth, maxHeight });
  expect(url(1000)).toContain('/500,1000/');
  expect(url(1000, 8000)).toContain('/1000,2000/');
  expect(url(9000, 9000)).toContain('/2000,4000/');
});

test('a download is named after its image and what is seen of it', () => {
  const region = { x: 1, y: 2, width: 30, height: 40 };
  expect(downloadName('https://a.example/iiif/3/books%2Fatlas%20page%3A1', region, 0)).toBe(
    'books_atlas page_1-1-2-30-40.jpg',
  );
  expect(downloadName('https://a.example/iiif/2/%zz', region, -90)).toBe('zz-1-2-30-40-270.jpg');
});

test('a turn comes to one of four', () => {
  expect([0, 90, -90, 450, 359, 181].map(uprightTurn)).toEqual([0, 90, 270, 90, 0, 180]);
  expect([0, 45.5, -90, 360, 725].map(wholeTurn)).toEqual([0, 45.5, 270, 0, 5]);
});
