import { describe, expect, test } from 'vitest';
import { ImageServerError } from '../../src/errors.ts';
import type { Level } from '../../src/image/image.ts';
import type { PlannedImage, RenderPlan, ResolvedRequest } from '../../src/render/plan.ts';
import { planImage, planRender } from '../../src/render/planner.ts';
import { pyramid } from './planned-image.ts';

type Numbers = readonly [x: number, y: number, width: number, height: number];
type Changes = Partial<Pick<ResolvedRequest, 'quality' | 'format'>> & { readonly rotation?: string };

/** `rotation` as in a URL. */
function asked(
  [x, y, width, height]: Numbers,
  size: readonly [number, number],
  changes: Changes = {},
): ResolvedRequest {
  const { quality = 'default', format = 'jpg', rotation = '0' } = changes;
  return {
    region: { x, y, width, height },
    size: { width: size[0], height: size[1] },
    rotation: { mirror: rotation.startsWith('!'), degrees: Number(rotation.replace('!', '')) },
    quality,
    format,
  };
}

/** Scale, place and cut of the tile that is passed through, or `rendered`. */
function outcome(image: PlannedImage, request: ResolvedRequest): string {
  const plan = planImage(image, request);
  if (plan.kind === 'render') return 'rendered';
  const { level, tile, crop } = plan;
  return `${level.scale}: ${tile.column},${tile.row}${crop ? ` cut to ${crop.width},${crop.height}` : ''}`;
}

const photo = pyramid(1500, 1000, [1, 2, 4, 8]);
const floored = pyramid(1500, 1000, [1, 2, 4, 8], { rounding: 'floor' });
const grey = pyramid(1500, 1000, [1, 2, 4], {
  colour: { space: 'grey', bitsPerSample: 8, alpha: 'none', profileLength: 0 },
});
const webp = pyramid(1500, 1000, [1, 2, 4], { tileFormat: 'webp' });
const samples = pyramid(1500, 1000, [1, 2, 4], { tileFormat: 'samples' });
const interior: Numbers = [512, 256, 256, 256];
const whole = [256, 256] as const;

describe('passed through, for it is one stored tile:', () => {
  const cases: readonly (readonly [string, PlannedImage, ResolvedRequest, string])[] = [
    ['a tile of full resolution', photo, asked(interior, whole), '1: 2,1'],
    ['a tile of level 2', photo, asked([512, 0, 512, 512], whole), '2: 1,0'],
    ['the first tile of level 4', pyramid(1500, 1100, [1, 2, 4]), asked([0, 0, 1024, 1024], whole), '4: 0,0'],
    ['rotated by 360°', photo, asked(interior, whole, { rotation: '360' }), '1: 2,1'],
    ['quality color', photo, asked(interior, whole, { quality: 'color' }), '1: 2,1'],
    ['grey as gray', grey, asked(interior, whole, { quality: 'gray' }), '1: 2,1'],
    ['grey as color', grey, asked(interior, whole, { quality: 'color' }), '1: 2,1'],
    ['WebP as webp', webp, asked(interior, whole, { format: 'webp' }), '1: 2,1'],
    ['the last column that is full', pyramid(1024, 1024, [1]), asked([768, 768, 256, 256], whole), '1: 3,3'],
    ['a level that is one tile', pyramid(1024, 1024, [1, 2, 4]), asked([0, 0, 1024, 1024], whole), '4: 0,0'],
    [
      'a full tile that ends with a rest of a pixel',
      pyramid(2041, 2041, [1, 8]),
      asked([0, 0, 2041, 2041], whole),
      '8: 0,0',
    ],
    [
      'a tile of a level rounded down',
      pyramid(2100, 2100, [1, 8], { rounding: 'floor' }),
      asked([0, 0, 2048, 2048], whole),
      '8: 0,0',
    ],
    ['a scale that is no power of two', pyramid(1536, 1536, [1, 3]), asked([768, 0, 768, 768], whole), '3: 1,0'],
  ];
  test.each(cases)('%s', (_, image, request, expected) => {
    expect(outcome(image, request)).toBe(expected);
  });
});

describe('passed through and cut, for it is one stored tile without its padding:', () => {
  const cases: readonly (readonly [string, PlannedImage, ResolvedRequest, string])[] = [
    ['at the right edge', photo, asked([1280, 0, 220, 256], [220, 256]), '1: 5,0 cut to 220,256'],
    ['at the lower edge', photo, asked([0, 768, 256, 232], [256, 232]), '1: 0,3 cut to 256,232'],
    ['in the corner', photo, asked([1280, 768, 220, 232], [220, 232]), '1: 5,3 cut to 220,232'],
    ['at the lower edge of level 4', photo, asked([0, 0, 1024, 1000], [256, 250]), '4: 0,0 cut to 256,250'],
    ['of a level rounded up', photo, asked([0, 0, 1500, 1000], [188, 125]), '8: 0,0 cut to 188,125'],
    [
      'of a level rounded down, where that has all',
      floored,
      asked([0, 512, 512, 488], [256, 244]),
      '2: 0,1 cut to 256,244',
    ],
    [
      'of an image smaller than a tile',
      pyramid(100, 70, [1]),
      asked([0, 0, 100, 70], [100, 70]),
      '1: 0,0 cut to 100,70',
    ],
    ['grey as gray', grey, asked([1280, 0, 220, 256], [220, 256], { quality: 'gray' }), '1: 5,0 cut to 220,256'],
  ];
  test.each(cases)('%s', (_, image, request, expected) => {
    expect(outcome(image, request)).toBe(expected);
  });
});

describe('rendered, for it is not one stored tile:', () => {
  const cases: readonly (readonly [string, PlannedImage, ResolvedRequest])[] = [
    ['a tile of another size', photo, asked(interior, [255, 256])],
    ['two tiles', photo, asked([512, 256, 512, 256], [512, 256])],
    ['one pixel beside the grid', photo, asked([513, 256, 256, 256], whole)],
    ['an interior region that is nearly the tile', pyramid(4000, 4000, [1, 8]), asked([0, 0, 2041, 2041], whole)],
    ['a region one pixel longer than the tile', photo, asked([0, 0, 513, 512], whole)],
    ['the padded tile at the right edge, stretched', photo, asked([1280, 0, 220, 256], whole)],
    ['a part of the padded tile at the right edge', photo, asked([1280, 0, 219, 256], [219, 256])],
    ['the padding too', photo, asked([1280, 0, 220, 256], [256, 256])],
    ['an edge tile of a level that lacks its last column', floored, asked([0, 0, 1500, 1000], [188, 125])],
    ['an edge tile of a level that has one column more', photo, asked([0, 0, 1500, 1000], [187, 125])],
    ['a padded tile of WebP', webp, asked([1280, 0, 220, 256], [220, 256], { format: 'webp' })],
    ['a padded tile, mirrored', photo, asked([1280, 0, 220, 256], [220, 256], { rotation: '!0' })],
    ['the corner of an interior tile', photo, asked([512, 256, 200, 200], [200, 200])],
    ['mirrored', photo, asked(interior, whole, { rotation: '!0' })],
    ['mirrored by 360°', photo, asked(interior, whole, { rotation: '!360' })],
    ['rotated', photo, asked(interior, whole, { rotation: '90' })],
    ['rotated by a little', photo, asked(interior, whole, { rotation: '0.1' })],
    ['colour as gray', photo, asked(interior, whole, { quality: 'gray' })],
    ['bitonal', grey, asked(interior, whole, { quality: 'bitonal' })],
    ['JPEG as png', photo, asked(interior, whole, { format: 'png' })],
    ['JPEG as webp', photo, asked(interior, whole, { format: 'webp' })],
    ['WebP as jpg', webp, asked(interior, whole)],
    ['samples', samples, asked(interior, whole, { format: 'png' })],
    ['a level of no whole scale', pyramid(1500, 1500, [1, 2.5]), asked([0, 0, 640, 640], whole)],
  ];
  test.each(cases)('%s', (_, image, request) => {
    expect(outcome(image, request)).toBe('rendered');
  });

  test.each([2, 3, 4, 5, 6, 7, 8] as const)('stored in orientation %i', (orientation) => {
    expect(outcome(pyramid(1024, 1024, [1, 2], { orientation }), asked([0, 0, 256, 256], whole))).toBe('rendered');
  });
});

describe('the level that is decoded', () => {
  const large = pyramid(8000, 6000, [1, 2, 4, 8]);
  const cases: readonly (readonly [string, PlannedImage, Numbers, readonly [number, number], number])[] = [
    ['exactly fits', photo, [0, 0, 1500, 1000], [375, 250], 4],
    ['is the next finer one for one pixel more', photo, [0, 0, 1500, 1000], [376, 251], 2],
    ['stays the same for one pixel less', photo, [0, 0, 1500, 1000], [374, 249], 4],
    ['is the coarsest for a thumbnail', photo, [0, 0, 1500, 1000], [15, 10], 8],
    ['is full resolution at full size', photo, [0, 0, 1500, 1000], [1500, 1000], 1],
    ['is full resolution above full size', photo, [0, 0, 100, 100], [200, 200], 1],
    ['serves 188, rounded up', photo, [0, 0, 1500, 1000], [188, 125], 8],
    ['serves 187, rounded down', photo, [0, 0, 1500, 1000], [187, 125], 8],
    ['serves 188 though it has 187', floored, [0, 0, 1500, 1000], [188, 125], 8],
    ['serves 187 that it has', floored, [0, 0, 1500, 1000], [187, 125], 8],
    ['serves the strip of a last column', pyramid(1025, 1024, [1, 2, 4]), [1024, 0, 1, 1024], [1, 256], 4],
    ['is not coarse for a single pixel', photo, [700, 500, 1, 1], [1, 1], 1],
    ['is not coarse for a single pixel in the corner', photo, [1499, 999, 1, 1], [1, 1], 1],
    ['is not coarse for two pixels as one', photo, [700, 500, 2, 2], [1, 1], 2],
    ['is not coarse for an interior column of pixels', photo, [700, 0, 1, 800], [1, 100], 1],
    ['is not coarse for an interior row of pixels', photo, [0, 500, 800, 1], [100, 1], 1],
    ['keeps the width of a picture squeezed in height', photo, [0, 0, 1500, 1000], [1500, 10], 1],
    ['keeps the height of a picture squeezed in width', photo, [0, 0, 1500, 1000], [10, 250], 4],
    ['is the full one of a masked image', { ...photo, masked: true }, [0, 0, 1500, 1000], [375, 250], 1],
    ['is not the full one of a large masked image', { ...large, masked: true }, [0, 0, 8000, 6000], [800, 600], 8],
    ['may have no whole scale', pyramid(1500, 1000, [1, 2.5, 6.25]), [0, 0, 1500, 1000], [600, 400], 2.5],
    ['may stand in any order', pyramid(1500, 1000, [1, 8, 4, 2]), [0, 0, 1500, 1000], [375, 250], 4],
  ];
  test.each(cases)('%s', (_, image, region, size, scale) => {
    expect(planRender(image, asked(region, size)).level.scale).toBe(scale);
  });
});

test('a whole image is made of less detail where it is far below full size; parts of it never are', () => {
  const large = pyramid(8000, 6000, [1, 2, 4, 8]);
  const drafts = large.levels.map((level) => ({ ...level, index: large.levels.length + level.index }));
  const layered = { ...large, drafts };
  const levelOf = (...[region, size]: Parameters<typeof asked>) => planRender(layered, asked(region, size)).level;
  expect(levelOf([0, 0, 8000, 6000], [1000, 750])).toBe(drafts[3]);
  expect(levelOf([0, 0, 8000, 6000], [2000, 1500])).toBe(large.levels[2]);
  expect(levelOf([0, 0, 7999, 6000], [999, 750])).toBe(large.levels[3]);
});

const places = ({ tiles }: RenderPlan) => tiles.map(({ column, row }) => `${column},${row}`);

describe('what is decoded of a level', () => {
  test('is the tiles that the region touches, row by row', () => {
    expect(places(planRender(photo, asked([200, 200, 100, 100], [100, 100])))).toEqual(['0,0', '1,0', '0,1', '1,1']);
  });

  test('does not include the tile that begins where the region ends', () => {
    expect(places(planRender(photo, asked([0, 0, 256, 256], whole, { format: 'png' })))).toEqual(['0,0']);
  });

  test('is a pixel of the level that the region has a part of', () => {
    const plan = planRender(photo, asked([1020, 0, 8, 8], [2, 2]));
    expect(plan.level.scale).toBe(4);
    expect(plan.area).toEqual({ x: 255, y: 0, width: 2, height: 2 });
    expect(places(plan)).toEqual(['0,0', '1,0']);
  });

  test('has a margin of two pixels where it is enlarged, which may need the next tiles', () => {
    const plan = planRender(photo, asked([256, 256, 256, 256], [512, 512]));
    expect(plan.area).toEqual({ x: 254, y: 254, width: 260, height: 260 });
    expect(plan.tiles).toHaveLength(9);
  });

  test('has no margin beyond the image', () => {
    const plan = planRender(pyramid(100, 100, [1]), asked([0, 0, 100, 100], [200, 200]));
    expect(plan.area).toEqual({ x: 0, y: 0, width: 100, height: 100 });
  });

  test('has a wider margin along a side that is reduced while the other is enlarged', () => {
    const plan = planRender(photo, asked([400, 400, 80, 80], [160, 20]));
    expect(plan.area).toEqual({ x: 398, y: 392, width: 84, height: 96 });
  });

  test('ends with a level that was rounded down', () => {
    const plan = planRender(
      pyramid(1500, 1000, [1, 2, 4, 8], { rounding: 'floor' }),
      asked([0, 0, 1500, 1000], [188, 125]),
    );
    expect(plan.area).toEqual({ x: 0, y: 0, width: 187, height: 125 });
    expect(plan.crop).toEqual({ x: 0, y: 0, width: 187, height: 125 });
  });

  test('is at least the last pixel of a level that was rounded down', () => {
    const image = pyramid(2049, 2049, [1, 8], { rounding: 'floor' });
    const plan = planRender(image, asked([2048, 2048, 1, 1], [1, 1]));
    expect(plan.level.scale).toBe(8);
    expect(plan.area).toEqual({ x: 255, y: 255, width: 1, height: 1 });
  });

  test('is the last pixel of a level as a whole, where it is asked for as one', () => {
    const plan = planRender(photo, asked([1024, 0, 476, 1000], [60, 125]));
    expect(plan.level.scale).toBe(8);
    expect(plan.crop).toEqual({ x: 128, y: 0, width: 60, height: 125 });
    expect(plan.area).toEqual(plan.crop);
  });

  test('is one tile for an edge tile of a level that was rounded down', () => {
    const image = pyramid(4096, 3391, [1, 2, 4], { rounding: 'floor' });
    const plan = planRender(image, asked([2048, 3072, 1024, 319], [256, 80]));
    expect(plan.level).toMatchObject({ scale: 4, height: 847 });
    expect(plan.crop).toEqual({ x: 512, y: 768, width: 256, height: 79 });
    expect(places(plan)).toEqual(['2,3']);
  });

  test('is a part of the last pixel of a level where the picture is reduced further', () => {
    expect(planRender(photo, asked([0, 0, 1500, 1000], [94, 62])).crop).toMatchObject({ width: 187.5, height: 125 });
  });

  test('is found through the orientation', () => {
    const image = pyramid(1000, 1500, [1], { orientation: 6 });
    const plan = planRender(image, asked([0, 0, 100, 200], [50, 100]));
    expect(plan.crop).toEqual({ x: 0, y: 900, width: 200, height: 100 });
    expect(plan.size).toEqual({ width: 100, height: 50 });
    expect(plan).toMatchObject({ mirror: false, degrees: 90 });
  });
});

describe('the filter', () => {
  const cases: [string, Numbers, [number, number], RenderPlan['filter']][] = [
    ['of the whole image, reduced by a fraction, is the sharpest', [0, 0, 1500, 1000], [400, 267], 'lanczos3'],
    ['of the whole image, one pixel less than a level', [0, 0, 1500, 1000], [749, 499], 'lanczos3'],
    ['of the whole image at a level, which needs none, is of no account', [0, 0, 1500, 1000], [750, 500], 'area'],
    ['of a part, which may have neighbours, sees nothing beside it', [0, 0, 1500, 999], [400, 267], 'area'],
    ['of a part that is enlarged is smooth', [0, 0, 100, 100], [200, 200], 'mitchell'],
    ['of the whole image that is enlarged is smooth', [0, 0, 1500, 1000], [3000, 2000], 'mitchell'],
  ];
  test.each(cases)('%s', (_, region, size, filter) => {
    expect(planRender(photo, asked(region, size)).filter).toBe(filter);
  });

  test('of the whole image in halves, as levels are made of them, is the mean', () => {
    const image = pyramid(1024, 512, [1]);
    expect(planRender(image, asked([0, 0, 1024, 512], [256, 128])).filter).toBe('area');
    expect(planRender(image, asked([0, 0, 1024, 512], [300, 150])).filter).toBe('lanczos3');
  });

  test('of the whole image needs no tile beside what is shown', () => {
    const plan = planRender(photo, asked([0, 0, 1500, 1000], [400, 267]));
    expect(plan.area).toEqual({ x: 0, y: 0, width: plan.level.width, height: plan.level.height });
  });
});

describe('halving tiles as they arrive', () => {
  const giant = pyramid(16_384, 16_384, [1]);

  test('begins where the assembled pixels would be more than 16.8 million', () => {
    expect(planRender(giant, asked([0, 0, 4096, 4096], [100, 100])).halvings).toBe(0);
    expect(planRender(giant, asked([0, 0, 8192, 8192], [100, 100])).halvings).toBe(1);
    expect(planRender(giant, asked([0, 0, 16_384, 16_384], [100, 100])).halvings).toBe(2);
  });

  test('leaves a pixel for each one asked', () => {
    expect(planRender(giant, asked([0, 0, 16_384, 16_384], [8000, 100])).halvings).toBe(1);
    expect(planRender(giant, asked([0, 0, 16_384, 16_384], [9000, 9000])).halvings).toBe(0);
  });

  test('needs tiles that can be halved', () => {
    const odd = pyramid(16_384, 16_384, [1], { tile: 242 });
    expect(planRender(odd, asked([0, 0, 16_384, 16_384], [100, 100])).halvings).toBe(1);
  });

  test('begins the area at a whole halved pixel', () => {
    const { area, halvings } = planRender(giant, asked([3, 5, 16_380, 16_378], [100, 100]));
    expect(halvings).toBe(2);
    expect(area).toEqual({ x: 0, y: 4, width: 16_384, height: 16_380 });
  });
});

describe('too much for one answer', () => {
  function refusal(image: PlannedImage, request: ResolvedRequest): ImageServerError {
    try {
      planImage(image, request);
    } catch (error) {
      if (error instanceof ImageServerError) return error;
    }
    throw new Error('It was planned');
  }

  test('a giant without a pyramid: 413 with what it needs, what is allowed, and what to do', () => {
    const { status, message } = refusal(pyramid(65_536, 65_536, [1]), asked([0, 0, 65_536, 65_536], [256, 256]));
    expect(status).toBe(413);
    expect(message).toContain(`${2 ** 32} pixels`);
    expect(message).toContain(`${2 ** 29}`);
    expect(message).toContain('--pyramid');
  });

  test('a part of it is planned', () => {
    const image = pyramid(65_536, 65_536, [1]);
    expect(planRender(image, asked([0, 0, 16_384, 16_384], [256, 256])).tiles).toHaveLength(64 ** 2);
  });

  test('more tiles than could be asked for in time, small as they may be', () => {
    const image = pyramid(16_384, 16_384, [1], { tile: 16 });
    const { status, message } = refusal(image, asked([0, 0, 16_384, 16_384], [256, 256]));
    expect(status).toBe(413);
    expect(message).toContain(`${2 ** 20} tiles`);
  });

  test('levels of absurd size are refused before anything is allocated', () => {
    const side = 2 ** 31;
    const absurd: Level = {
      index: 0,
      width: side,
      height: side,
      tileWidth: 16,
      tileHeight: 16,
      scale: 1,
      tileFormat: 'jpeg',
    };
    const image = { ...pyramid(side, side, [1]), levels: [absurd] };
    expect(refusal(image, asked([0, 0, side, side], [1, 1])).status).toBe(413);
    expect(planRender(image, asked([side - 1, side - 1, 1, 1], [1, 1])).tiles).toHaveLength(1);
  });
});

test('an image without levels is damaged', () => {
  expect(() => planImage({ ...photo, levels: [] }, asked([0, 0, 10, 10], [10, 10]))).toThrow(ImageServerError);
});
