import { expect, test } from 'vitest';
import type { Colour } from '../../src/image/image.ts';
import { CARRIED_PROFILE_BYTES, type ColourRequest, carriesProfile } from '../../src/render/colour.ts';

const jpg: ColourRequest = { format: 'jpg', quality: 'default' };

function carried(colour: Partial<Colour>, asked: Partial<ColourRequest> = {}, setting: 'keep' | 'srgb' = 'keep') {
  const whole: Colour = { space: 'rgb', bitsPerSample: 8, alpha: 'none', profileLength: 560, ...colour };
  return carriesProfile(whole, { ...jpg, ...asked }, setting);
}

test('a small profile goes along with colours', () => {
  expect(carried({})).toBe(true);
  expect(carried({ profileLength: CARRIED_PROFILE_BYTES })).toBe(true);
  expect(carried({ profileLength: CARRIED_PROFILE_BYTES + 1 })).toBe(false);
  expect(carried({}, { quality: 'color' })).toBe(true);
});

test('nothing goes along where sRGB is wanted', () => {
  expect(carried({}, {}, 'srgb')).toBe(false);
});

test('formats that hold no profile are converted', () => {
  for (const format of ['jpg', 'png', 'webp', 'tif', 'pdf'] as const)
    expect(carried({}, { format }), format).toBe(true);
  for (const format of ['gif', 'avif'] as const) expect(carried({}, { format }), format).toBe(false);
});

test('a profile of colours does not fit what is greyed, one of grey does', () => {
  expect(carried({}, { quality: 'gray' })).toBe(false);
  expect(carried({ space: 'grey' }, { quality: 'gray' })).toBe(true);
  expect(carried({ space: 'grey' }, { quality: 'bitonal' })).toBe(false);
  expect(carried({ space: 'grey' }, { format: 'png' })).toBe(false);
});

test('CMYK and L*a*b* are always converted', () => {
  expect(carried({ space: 'cmyk' })).toBe(false);
  expect(carried({ space: 'lab' })).toBe(false);
});
