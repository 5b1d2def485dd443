import { describe, expect, it } from 'vitest';
import { parseImageRequest } from '../../src/iiif/parse.ts';
import type { Version } from '../../src/iiif/request.ts';

const parse = (version: Version, path: string) => {
  const [region = '', size = '', rotation = '', last = ''] = path.split('/');
  return parseImageRequest(version, [region, size, rotation, last]);
};

describe('region', () => {
  it.each([
    ['full', { kind: 'full' }],
    ['square', { kind: 'square' }],
    ['0,0,1,1', { kind: 'pixels', x: 0, y: 0, width: 1, height: 1 }],
    ['125,15,120,140', { kind: 'pixels', x: 125, y: 15, width: 120, height: 140 }],
    ['pct:41.6,7.5,40,70', { kind: 'percent', x: 41.6, y: 7.5, width: 40, height: 70 }],
    ['pct:.5,0,.25,100', { kind: 'percent', x: 0.5, y: 0, width: 0.25, height: 100 }],
  ])('%s', (region, expected) => {
    expect(parse(3, `${region}/max/0/default.jpg`).region).toEqual(expected);
    expect(parse(2, `${region}/max/0/default.jpg`).region).toEqual(expected);
  });

  it.each([
    '',
    'Full',
    'all',
    '0,0,1',
    '0,0,1,1,1',
    '-1,0,1,1',
    '+1,0,1,1',
    '0.5,0,1,1',
    '0,0,1e2,1',
    ' 0,0,1,1',
    '0,0,1,1 ',
    '0, 0,1,1',
    'pct:',
    'pct:1,1,1',
    'pct:-1,0,1,1',
    'pct:1e1,0,1,1',
    'pct:1.,0,1,1',
    'pct:1,0,1,1%',
    'pct:NaN,0,1,1',
    'percent:0,0,1,1',
    '0x1,0,1,1',
    '٣,0,1,1',
    `${'9'.repeat(300)},0,1,1`,
  ])('"%s" is 400', (region) => {
    for (const version of [2, 3] as const) {
      expect(() => parse(version, `${region}/max/0/default.jpg`)).toThrow(expect.objectContaining({ status: 400 }));
    }
  });
});

describe('size', () => {
  it.each([
    ['max', { kind: 'max', upscale: false }],
    ['^max', { kind: 'max', upscale: true }],
    ['150,', { kind: 'width', width: 150, upscale: false }],
    ['^150,', { kind: 'width', width: 150, upscale: true }],
    [',150', { kind: 'height', height: 150, upscale: false }],
    ['^,150', { kind: 'height', height: 150, upscale: true }],
    ['pct:50', { kind: 'percent', percent: 50, upscale: false }],
    ['^pct:120.5', { kind: 'percent', percent: 120.5, upscale: true }],
    ['225,100', { kind: 'exact', width: 225, height: 100, upscale: false }],
    ['^225,100', { kind: 'exact', width: 225, height: 100, upscale: true }],
    ['!225,100', { kind: 'confined', width: 225, height: 100, upscale: false }],
    ['^!225,100', { kind: 'confined', width: 225, height: 100, upscale: true }],
  ])('3.0 %s', (size, expected) => {
    expect(parse(3, `full/${size}/0/default.jpg`).size).toEqual(expected);
  });

  it.each([
    ['full', { kind: 'full' }],
    ['max', { kind: 'max', upscale: false }],
    ['150,', { kind: 'width', width: 150, upscale: true }],
    [',150', { kind: 'height', height: 150, upscale: true }],
    ['pct:120', { kind: 'percent', percent: 120, upscale: true }],
    ['225,100', { kind: 'exact', width: 225, height: 100, upscale: true }],
    ['!225,100', { kind: 'confined', width: 225, height: 100, upscale: true }],
  ])('2.1 %s', (size, expected) => {
    expect(parse(2, `full/${size}/0/default.jpg`).size).toEqual(expected);
  });

  const neither = [
    '',
    ',',
    '!',
    '!,',
    '!1,',
    '!,1',
    '1',
    '-1,',
    '1.5,',
    ',1.5',
    '1e2,',
    '1,1,1',
    'pct:',
    'pct:-1',
    'Max',
    'pct:1e1',
    ' 1,',
  ];
  it.each<[Version, string]>([
    ...neither.map((size): [Version, string] => [3, size]),
    ...neither.map((size): [Version, string] => [2, size]),
    [3, 'full'],
    [3, '^full'],
    [3, '^'],
    [3, '^^max'],
    [3, ',^240'],
    [3, '!^1,1'],
    [3, '^,'],
    [2, '^max'],
    [2, '^150,'],
    [2, '^!10,10'],
  ])('%i "%s" is 400', (version, size) => {
    expect(() => parse(version, `full/${size}/0/default.jpg`)).toThrow(expect.objectContaining({ status: 400 }));
  });

  it('a size of the other version is told how this one says it', () => {
    expect(() => parse(3, 'full/full/0/default.jpg')).toThrow(/"max" in 3\.0/);
    expect(() => parse(2, 'full/^max/0/default.jpg')).toThrow(/2\.1 scales up without it/);
  });
});

describe('rotation', () => {
  it.each([
    ['0', false, 0],
    ['90', false, 90],
    ['360', false, 360],
    ['22.5', false, 22.5],
    ['.5', false, 0.5],
    ['!0', true, 0],
    ['!345', true, 345],
    ['007', false, 7],
    ['360.0', false, 360],
  ])('%s', (rotation, mirror, degrees) => {
    expect(parse(3, `full/max/${rotation}/default.jpg`).rotation).toEqual({ mirror, degrees });
  });

  it.each(['', '!', '-90', '+90', '361', '360.01', '1e2', '90!', '!!90', 'ninety', '90.', '9 0', '0x5a', 'NaN'])(
    '"%s" is 400',
    (rotation) => {
      expect(() => parse(3, `full/max/${rotation}/default.jpg`)).toThrow(expect.objectContaining({ status: 400 }));
    },
  );
});

describe('quality and format', () => {
  it.each(['default', 'color', 'gray', 'bitonal'])('%s', (quality) => {
    expect(parse(3, `full/max/0/${quality}.png`)).toMatchObject({ quality, format: 'png' });
  });
  it.each(['jpg', 'png', 'webp', 'gif', 'tif', 'avif', 'pdf'])('%s', (format) => {
    expect(parse(2, `full/max/0/default.${format}`)).toMatchObject({ quality: 'default', format });
  });
  it.each([
    ['default', /\{quality\}\.\{format\}/],
    ['default.', /format ""/],
    ['.jpg', /quality ""/],
    ['default.JPG', /format "JPG"/],
    ['default.jpeg', /format "jpeg"/],
    ['grey.jpg', /quality "grey".*gray/],
    ['native.jpg', /quality "native"/],
    ['colour.jpg', /quality "colour"/],
    ['default.jpg.png', /quality "default\.jpg"/],
    ['default.tiff', /format "tiff"/],
    ['default.jp2', /"jp2" is not offered.*jpg, png, webp, gif, tif, avif, pdf/],
  ])('"%s" is 400', (last, words) => {
    const error = expect.objectContaining({ status: 400, message: expect.stringMatching(words) });
    expect(() => parse(3, `full/max/0/${last}`)).toThrow(error);
  });
});
