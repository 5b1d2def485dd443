import { expect, test } from 'vitest';
import { labelOf } from '../../src/viewer/label.ts';
import { SPOKEN, withNumbers, wordsFor } from '../../src/viewer/words.ts';

test('the viewer speaks the first language that it knows', () => {
  expect(wordsFor(['xx', 'fr-CA', 'de']).language).toBe('fr');
  expect(wordsFor(['constructor', '']).language).toBe('en');
});

test('every language has numbers where English has them', () => {
  for (const language of SPOKEN) {
    const { words } = wordsFor([language]);
    expect(withNumbers(words.pageOf, { page: 3, count: 9 })).toMatch(/3.*9/);
    expect(withNumbers(words.page, { page: 3 })).toMatch(/3$/);
  }
});

test('a label comes in the language that is wanted, or as it is', () => {
  const label = { de: ['Karte'], none: ['Map 1'] };
  expect(labelOf(label, ['de-AT'])).toBe('Karte');
  expect(labelOf(label, ['fr'])).toBe('Map 1');
  expect(labelOf([{ '@value': 'Carte', '@language': 'fr' }], ['en'])).toBe('Carte');
  expect(labelOf({ 'zh-Hans': ['简'], 'zh-Hant': ['繁'] }, ['zh-Hant'])).toBe('繁');
  expect(labelOf('Plain', ['en'])).toBe('Plain');
  expect([labelOf(undefined, []), labelOf(7, []), labelOf({ en: 'no list' }, ['en'])]).toEqual(['', '', '']);
});
