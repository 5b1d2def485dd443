import { describe, expect, it } from 'vitest';
import { resolveGeometry } from '../../src/iiif/geometry.ts';
import { parseImageRequest } from '../../src/iiif/parse.ts';
import type { Limits, Size, Version } from '../../src/iiif/request.ts';

const resolve = (version: Version, path: string, image: Size, limits: Limits = {}) => {
  const [region = '', size = ''] = path.split('/');
  return resolveGeometry(parseImageRequest(version, [region, size, '0', 'default.jpg']), version, image, limits);
};
const IMAGE: Size = { width: 300, height: 200 };
const ROOMY: Limits = { maxWidth: 10_000 };

describe('region', () => {
  const rows: readonly [region: string, image: Size, expected: [number, number, number, number]][] = [
    ['full', IMAGE, [0, 0, 300, 200]],
    ['square', IMAGE, [50, 0, 200, 200]],
    ['square', { width: 200, height: 301 }, [0, 50, 200, 200]],
    ['125,15,120,140', IMAGE, [125, 15, 120, 140]],
    ['125,15,200,200', IMAGE, [125, 15, 175, 185]],
    ['pct:41.6,7.5,40,70', IMAGE, [125, 15, 120, 140]],
    ['pct:41.6,7.5,66.6,100', IMAGE, [125, 15, 175, 185]],
    ['pct:0,0,200,200', IMAGE, [0, 0, 300, 200]],
    ['299,199,1,1', IMAGE, [299, 199, 1, 1]],
    [`0,0,${'9'.repeat(150)},1`, IMAGE, [0, 0, 300, 1]],
    ['pct:0,0,0.17,100', IMAGE, [0, 0, 1, 200]],
  ];
  it.each(rows)('%s', (region, image, [x, y, width, height]) => {
    for (const version of [2, 3] as const) {
      expect(resolve(version, `${region}/max`, image).region).toEqual({ x, y, width, height });
    }
  });

  it.each([
    '0,0,0,10',
    '0,0,10,0',
    '300,0,10,10',
    '0,200,10,10',
    `${'9'.repeat(150)},0,1,1`,
    'pct:100,0,10,10',
    'pct:0,0,0,50',
    'pct:0,0,0.1,50',
  ])('%s is 400', (region) => {
    expect(() => resolve(3, `${region}/max`, IMAGE)).toThrow(expect.objectContaining({ status: 400 }));
  });
});

describe('size', () => {
  const rows: readonly [version: Version, path: string, limits: Limits, expected: [number, number]][] = [
    [3, 'full/max', {}, [300, 200]],
    [3, 'full/max', { maxWidth: 200 }, [200, 133]],
    [3, 'full/^max', { maxWidth: 360 }, [360, 240]],
    [3, 'full/^max', {}, [300, 200]],
    [3, 'full/^max', { maxArea: 240_000 }, [600, 400]],
    [3, 'full/^max', { maxWidth: 1000, maxHeight: 400 }, [600, 400]],
    [3, 'full/^max', { maxWidth: 150 }, [150, 100]],
    [3, 'full/max', { maxArea: 15_000 }, [150, 100]],
    [3, 'full/max', { maxArea: 10_000 }, [122, 81]],
    [3, 'full/max', { maxWidth: 299, maxHeight: 100 }, [150, 100]],
    [3, 'full/max', { maxWidth: 100, maxArea: 15_000 }, [100, 67]],
    [3, 'full/150,', {}, [150, 100]],
    [3, 'full/^360,', ROOMY, [360, 240]],
    [3, 'full/,150', {}, [225, 150]],
    [3, 'full/^,240', ROOMY, [360, 240]],
    [3, 'full/pct:50', {}, [150, 100]],
    [3, 'full/^pct:120', ROOMY, [360, 240]],
    [3, 'full/pct:100', {}, [300, 200]],
    [3, 'full/pct:33.333', {}, [100, 67]],
    [3, 'full/225,100', {}, [225, 100]],
    [3, 'full/^360,360', ROOMY, [360, 360]],
    [3, 'full/^100,100', {}, [100, 100]],
    [3, 'full/!225,100', {}, [150, 100]],
    [3, 'full/!100,500', {}, [100, 67]],
    [3, 'full/!360,360', {}, [300, 200]],
    [3, 'full/!1000,100', {}, [150, 100]],
    [3, 'full/^!360,360', ROOMY, [360, 240]],
    [3, 'full/^!9000,9000', { maxWidth: 600 }, [600, 400]],
    [3, 'full/!200,200', { maxArea: 15_000 }, [150, 100]],
    [3, '0,0,300,1/10,', {}, [10, 1]],
    [3, '0,0,300,1/!10,10', {}, [10, 1]],
    [2, 'full/full', {}, [300, 200]],
    [2, 'full/max', { maxWidth: 150 }, [150, 100]],
    [2, 'full/600,', ROOMY, [600, 400]],
    [2, 'full/,400', ROOMY, [600, 400]],
    [2, 'full/pct:200', ROOMY, [600, 400]],
    [2, 'full/600,100', ROOMY, [600, 100]],
    [2, 'full/!600,600', ROOMY, [600, 400]],
    [2, 'full/!600,600', {}, [300, 200]],
    [2, '0,192,300,8/75,', {}, [75, 2]],
    [2, '0,192,300,1/75,', {}, [75, 1]],
  ];
  it.each(rows)('%i %s within %o', (version, path, limits, [width, height]) => {
    expect(resolve(version, path, IMAGE, limits).size).toEqual({ width, height });
  });

  it('a partial tile asked for by its width alone has the height of its tile', () => {
    const image = { width: 4583, height: 3000 };
    expect(resolve(2, '4096,0,487,1024/122,', image).size).toEqual({ width: 122, height: 256 });
    expect(resolve(2, '0,2048,2048,952/256,', image).size).toEqual({ width: 256, height: 119 });
    expect(resolve(2, '0,2048,2048,945/256,', image).size).toEqual({ width: 256, height: 119 });
  });

  const errors: readonly [version: Version, path: string, limits: Limits, status: number][] = [
    [3, 'full/301,', ROOMY, 400],
    [3, 'full/,201', ROOMY, 400],
    [3, 'full/301,10', ROOMY, 400],
    [3, 'full/10,201', ROOMY, 400],
    [3, 'full/pct:101', ROOMY, 400],
    [3, 'full/0,', ROOMY, 400],
    [3, 'full/,0', ROOMY, 400],
    [3, 'full/^0,0', ROOMY, 400],
    [3, 'full/!0,10', ROOMY, 400],
    [3, 'full/pct:0', ROOMY, 400],
    [3, 'full/pct:0.1', ROOMY, 400],
    [3, 'full/^301,', {}, 501],
    [3, 'full/^pct:101', {}, 501],
    [3, 'full/^!600,600', {}, 501],
    [3, 'full/^301,', { maxHeight: 900 }, 501],
    [3, 'full/^10001,', ROOMY, 400],
    [3, 'full/200,', { maxWidth: 199 }, 400],
    [3, 'full/,200', { maxWidth: 199 }, 400],
    [3, 'full/,101', { maxWidth: 300, maxHeight: 100 }, 400],
    [3, 'full/300,200', { maxArea: 59_999 }, 400],
    [3, `full/^${'9'.repeat(150)},`, ROOMY, 400],
    [3, `full/^pct:${'9'.repeat(150)}`, ROOMY, 400],
    [2, 'full/full', { maxWidth: 299 }, 404],
    [2, 'full/400,', { maxWidth: 399 }, 404],
    [2, 'full/301,', {}, 501],
    [2, 'full/0,', ROOMY, 400],
    [2, 'full/pct:0.1', ROOMY, 400],
  ];
  it.each(errors)('%i %s within %o is %i', (version, path, limits, status) => {
    expect(() => resolve(version, path, IMAGE, limits)).toThrow(expect.objectContaining({ status }));
  });

  it('"max" never passes a limit, whatever the shape', () => {
    for (const [width, height] of [
      [10_007, 13],
      [17, 9001],
      [1, 5000],
      [4000, 3000],
      [701, 700],
    ] as const) {
      for (const limits of [{ maxArea: 9973 }, { maxArea: 50_000, maxWidth: 333 }, { maxWidth: 90, maxHeight: 7 }]) {
        for (const size of ['max', '^max', '!8000,8000', '^!8000,8000']) {
          const answer = resolve(3, `full/${size}`, { width, height }, limits).size;
          expect(answer.width).toBeLessThanOrEqual(limits.maxWidth ?? Infinity);
          expect(answer.height).toBeLessThanOrEqual(limits.maxHeight ?? limits.maxWidth ?? Infinity);
          expect(answer.width * answer.height).toBeLessThanOrEqual(limits.maxArea ?? Infinity);
        }
      }
    }
  });
});
