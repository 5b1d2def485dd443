import { expect, it } from 'vitest';
import { canonicalPath } from '../../src/iiif/canonical.ts';
import { resolveGeometry } from '../../src/iiif/geometry.ts';
import { parseImageRequest } from '../../src/iiif/parse.ts';
import type { Limits, Size, Version } from '../../src/iiif/request.ts';

const IMAGE: Size = { width: 300, height: 200 };
const LIMITS: Limits = { maxWidth: 600 };

function canonical(version: Version, path: string, image: Parameters<typeof canonicalPath>[3], limits: Limits): string {
  const [region = '', size = '', rotation = '', last = ''] = path.split('/');
  const request = parseImageRequest(version, [region, size, rotation, last]);
  return canonicalPath(version, request, resolveGeometry(request, version, image, limits), image, limits);
}

it.each<[version: Version, path: string, expected: string]>([
  [3, 'full/max/0/default.jpg', 'full/max/0/default.jpg'],
  [3, '0,0,300,200/300,/0/color.jpg', 'full/max/0/default.jpg'],
  [3, 'pct:0,0,100,100/pct:100/360/default.png', 'full/max/0/default.png'],
  [3, 'square/max/0/default.jpg', '50,0,200,200/max/0/default.jpg'],
  [3, '200,100,900,900/max/0/default.jpg', '200,100,100,100/max/0/default.jpg'],
  [3, 'full/150,/0/default.jpg', 'full/150,100/0/default.jpg'],
  [3, 'full/!150,150/0/default.jpg', 'full/150,100/0/default.jpg'],
  [3, 'full/^150,/0/default.jpg', 'full/150,100/0/default.jpg'],
  [3, 'full/^max/0/default.jpg', 'full/^max/0/default.jpg'],
  [3, 'full/^600,/0/default.jpg', 'full/^max/0/default.jpg'],
  [3, 'full/^360,/0/default.jpg', 'full/^360,240/0/default.jpg'],
  [3, 'full/^10,240/0/default.jpg', 'full/^10,240/0/default.jpg'],
  [3, 'full/max/!22.50/gray.jpg', 'full/max/!22.5/gray.jpg'],
  [3, 'full/max/.5/bitonal.webp', 'full/max/0.5/bitonal.webp'],
  [3, 'full/max/90.0/default.jpg', 'full/max/90/default.jpg'],
  [3, 'full/max/0.00000001/default.jpg', 'full/max/0.00000001/default.jpg'],
  [3, 'full/max/!360/default.jpg', 'full/max/!0/default.jpg'],
  [2, 'full/full/0/default.jpg', 'full/full/0/default.jpg'],
  [2, 'full/max/0/default.jpg', 'full/full/0/default.jpg'],
  [2, 'full/300,200/0/color.jpg', 'full/full/0/default.jpg'],
  [2, 'full/150,100/0/default.jpg', 'full/150,/0/default.jpg'],
  [2, 'full/,100/0/default.jpg', 'full/150,/0/default.jpg'],
  [2, 'full/pct:200/0/default.jpg', 'full/600,/0/default.jpg'],
  [2, 'full/225,100/0/default.jpg', 'full/225,100/0/default.jpg'],
  [2, '10,10,50,50/full/0/default.jpg', '10,10,50,50/full/0/default.jpg'],
  [2, 'full/full/0.50/default.jpg', 'full/full/.5/default.jpg'],
  [2, 'full/full/10.50/default.jpg', 'full/full/10.5/default.jpg'],
])('%i %s is %s', (version, path, expected) => {
  expect(canonical(version, path, IMAGE, LIMITS)).toBe(expected);
  expect(canonical(version, expected, IMAGE, LIMITS)).toBe(expected);
});

it('a limited "max" is "max" in 3.0 and its width in 2.1', () => {
  expect(canonical(3, 'full/max/0/default.jpg', IMAGE, { maxWidth: 200 })).toBe('full/max/0/default.jpg');
  expect(canonical(3, 'full/200,133/0/default.jpg', IMAGE, { maxWidth: 200 })).toBe('full/max/0/default.jpg');
  expect(canonical(2, 'full/max/0/default.jpg', IMAGE, { maxWidth: 200 })).toBe('full/200,/0/default.jpg');
});

it('a square of a square image is "full"', () => {
  expect(canonical(2, 'square/full/0/default.jpg', { width: 9, height: 9 }, {})).toBe('full/full/0/default.jpg');
});

it('the default quality of a grey image is gray', () => {
  const image = { ...IMAGE, defaultQuality: 'gray' } as const;
  for (const quality of ['default', 'gray', 'color']) {
    expect(canonical(3, `full/max/0/${quality}.jpg`, image, {})).toBe('full/max/0/default.jpg');
  }
});
