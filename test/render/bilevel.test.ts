import { expect, test } from 'vitest';
import { bestLevel } from '../../src/render/level.ts';
import type { ResolvedRequest } from '../../src/render/plan.ts';
import { pyramid } from './planned-image.ts';

test('pages of 1 bit are made smaller from so many pixels that greys come out', () => {
  const scales = [1, 2, 4, 8, 16];
  const colour = { space: 'grey', bitsPerSample: 1, alpha: 'none', profileLength: 0 } as const;
  const page = pyramid(4971, 7320, scales, { tile: 512, rounding: 'floor', colour, tileFormat: 'samples' });
  const levelFor = (width: number) => {
    const request: ResolvedRequest = {
      region: { x: 0, y: 0, width: 4971, height: 7320 },
      size: { width, height: Math.round((7320 * width) / 4971) },
      rotation: { mirror: false, degrees: 0 },
      quality: 'default',
      format: 'png',
    };
    return bestLevel(page, request).scale;
  };
  expect([4971, 2485, 1242, 600, 300, 70].map(levelFor)).toEqual([1, 1, 1, 2, 4, 16]);
});
