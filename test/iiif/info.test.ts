import { describe, expect, it } from 'vitest';
import { type ImageDescription, imageInfo } from '../../src/iiif/info.ts';

const ID = 'https://example.org/iiif/3/ark:%2F12025%2Fx';

function pyramid(
  width: number,
  height: number,
  tile: number | [number, number],
  scales: readonly number[],
): ImageDescription {
  const [tileWidth, tileHeight] = typeof tile === 'number' ? [tile, tile] : tile;
  const levels = scales.map((scale) => ({
    width: Math.floor(width / scale),
    height: Math.floor(height / scale),
    tileWidth,
    tileHeight,
    scale,
  }));
  return { width, height, levels };
}

const SCAN = pyramid(6000, 4001, 512, [1, 2, 4, 8, 16]);

describe('3.0', () => {
  it('the document of a plain pyramid, context first', () => {
    const info = imageInfo(3, ID, { ...SCAN, preferredFormat: 'jpg' });
    expect(Object.keys(info)[0]).toBe('@context');
    expect(info).toEqual({
      '@context': 'http://iiif.io/api/image/3/context.json',
      id: ID,
      type: 'ImageService3',
      protocol: 'http://iiif.io/api/image',
      profile: 'level2',
      width: 6000,
      height: 4001,
      sizes: [
        { width: 375, height: 251 },
        { width: 750, height: 501 },
        { width: 1500, height: 1001 },
        { width: 3000, height: 2001 },
        { width: 6000, height: 4001 },
      ],
      tiles: [{ width: 512, height: 512, scaleFactors: [1, 2, 4, 8, 16] }],
      preferredFormats: ['jpg'],
      extraFormats: ['webp', 'gif', 'tif', 'avif', 'pdf'],
      extraQualities: ['color', 'gray', 'bitonal'],
      extraFeatures: ['mirroring', 'rotationArbitrary', 'canonicalLinkHeader', 'profileLinkHeader'],
    });
  });

  it('upscaling is offered with a published limit only', () => {
    expect(imageInfo(3, ID, SCAN, { limits: { maxWidth: 9000 } })).toMatchObject({
      maxWidth: 9000,
      extraFeatures: expect.arrayContaining(['sizeUpscaling']),
    });
    expect(imageInfo(3, ID, SCAN, { limits: { maxHeight: 5000 } })).toMatchObject({
      maxWidth: 6000,
      maxHeight: 5000,
      extraFeatures: expect.not.arrayContaining(['sizeUpscaling']),
    });
  });

  it('color is not offered for an image without colour', () => {
    expect(imageInfo(3, ID, { ...SCAN, defaultQuality: 'gray' }).extraQualities).toEqual(['gray', 'bitonal']);
  });

  it('what the publisher adds is passed through and replaces nothing', () => {
    const extras = {
      rights: 'http://rightsstatements.org/vocab/InC-EDU/1.0/',
      preferredFormats: ['webp', 'png'] as const,
      partOf: [{ id: 'https://example.org/manifest/1', type: 'Manifest' }],
      seeAlso: [{ id: 'https://example.org/image1.xml', type: 'Dataset' }],
      service: [{ '@id': 'https://example.org/auth', '@type': 'AuthCookieService1' }],
      contexts: ['http://example.org/extension/context1.json'],
      properties: { physicalScale: 0.1, width: 1, id: 'no' },
    };
    const info = imageInfo(3, ID, SCAN, { extras });
    const { contexts, properties, ...kept } = extras;
    expect(info).toMatchObject({ ...kept, id: ID, width: 6000, physicalScale: 0.1 });
    expect(info['@context']).toEqual([...contexts, 'http://iiif.io/api/image/3/context.json']);
  });
});

describe('2.1', () => {
  it('the document of a plain pyramid', () => {
    const limits = { maxWidth: 6000, maxHeight: 5000, maxArea: 3_000_000 };
    expect(imageInfo(2, ID, SCAN, { limits })).toEqual({
      '@context': 'http://iiif.io/api/image/2/context.json',
      '@id': ID,
      protocol: 'http://iiif.io/api/image',
      width: 6000,
      height: 4001,
      sizes: [
        { width: 375, height: 251 },
        { width: 750, height: 501 },
        { width: 1500, height: 1001 },
      ],
      tiles: [{ width: 512, height: 512, scaleFactors: [1, 2, 4, 8, 16] }],
      profile: [
        'http://iiif.io/api/image/2/level2.json',
        {
          formats: ['webp', 'gif', 'tif', 'avif', 'pdf'],
          ...limits,
          supports: [
            'mirroring',
            'rotationArbitrary',
            'canonicalLinkHeader',
            'profileLinkHeader',
            'regionSquare',
            'sizeAboveFull',
          ],
        },
      ],
    });
  });

  it('rights are the license, attribution and logo are passed through', () => {
    const extras = {
      rights: 'http://a/licence',
      attribution: ['A', { '@value': 'B', '@language': 'cy' }],
      logo: 'http://a/l.png',
    };
    const info = imageInfo(2, ID, SCAN, { extras });
    expect(info).toMatchObject({
      license: 'http://a/licence',
      attribution: extras.attribution,
      logo: 'http://a/l.png',
    });
    expect(info).not.toHaveProperty('rights');
  });
});

describe('tiles and sizes', () => {
  it.each<[fact: string, image: ImageDescription, tiles: unknown]>([
    [
      'tiles that are not square have a height',
      pyramid(900, 700, [256, 128], [1, 2]),
      [{ width: 256, height: 128, scaleFactors: [1, 2] }],
    ],
    ['square tiles have one, too', pyramid(900, 700, 256, [1, 2]), [{ width: 256, height: 256, scaleFactors: [1, 2] }]],
    [
      'scales that are not integers are not listed',
      pyramid(900, 700, 256, [1, 2.5, 4]),
      [{ width: 256, height: 256, scaleFactors: [1, 4] }],
    ],
    [
      'past a coarsest level of more than 2048 pixels factors go on until one tile holds the image',
      pyramid(10_000, 8000, 256, [1, 2]),
      [{ width: 256, height: 256, scaleFactors: [1, 2, 4, 8, 16, 32, 64] }],
    ],
    [
      'a coarsest level of 2048 pixels is drawn as it is',
      pyramid(4096, 100, 256, [1, 2]),
      [{ width: 256, height: 256, scaleFactors: [1, 2] }],
    ],
    ['an image without integer scales has no tiles', pyramid(900, 700, 256, [1.5]), undefined],
    [
      'each factor is listed once, each tile size once',
      {
        width: 4000,
        height: 4000,
        levels: [
          ...pyramid(4000, 4000, 512, [1, 2]).levels,
          ...pyramid(4000, 4000, 256, [2, 4]).levels,
          ...pyramid(4000, 4000, 512, [8]).levels,
        ],
      },
      [
        { width: 512, height: 512, scaleFactors: [1, 2, 8] },
        { width: 256, height: 256, scaleFactors: [4] },
      ],
    ],
  ])('%s', (_, image, tiles) => {
    expect(imageInfo(3, ID, image).tiles).toEqual(tiles);
  });

  it('tiles above the limits are not published', () => {
    expect(imageInfo(3, ID, SCAN, { limits: { maxWidth: 511 } }).tiles).toBeUndefined();
    const info = imageInfo(3, ID, SCAN, { limits: { maxArea: 512 * 512 - 1 } });
    expect(info.tiles).toBeUndefined();
    expect(info.sizes).toEqual([{ width: 375, height: 251 }]);
  });

  it('a tile larger than the image counts as the image', () => {
    const info = imageInfo(3, ID, pyramid(300, 200, 512, [1]), { limits: { maxWidth: 400 } });
    expect(info.tiles).toEqual([{ width: 512, height: 512, scaleFactors: [1] }]);
  });
});
