import { expect, test } from 'vitest';
import { readSettings } from '../../demo/kiosk/settings.ts';

test('without any words in the address the kiosk resets after 90 seconds and shows all works', () => {
  expect(readSettings('')).toEqual({ idle: 90, works: [], title: undefined });
});

test('works, time and title are taken from the address', () => {
  expect(readSettings('?idle=20&works=moon,files%3Atwo.tif%3B2&title=Maps%20of%20the%20city')).toEqual({
    idle: 20,
    works: ['moon', 'files:two.tif;2'],
    title: 'Maps of the city',
  });
});

test('a time that is none counts as not said; 0 is never', () => {
  for (const idle of ['soon', '-5', '', '1e9']) expect(readSettings(`?idle=${idle}`).idle, idle).toBe(90);
  expect(readSettings('?idle=0').idle).toBe(0);
});
