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
  const of = (value: unknown, ...languages: readonly string[]) => {
    const { text, language } = labelOf(value, languages);
    return [text, language];
  };
  expect(of(label, 'de-AT')).toEqual(['Karte', 'de']);
  expect(of(label, 'fr')).toEqual(['Map 1', undefined]);
  expect(of([{ '@value': 'Carte', '@language': 'fr' }], 'en')).toEqual(['Carte', 'fr']);
  expect(of({ 'zh-Hans': ['简'], 'zh-Hant': ['繁'] }, 'zh-Hant')).toEqual(['繁', 'zh-Hant']);
  expect(of({ '@none': ['Sheet 1'] }, 'en')).toEqual(['Sheet 1', undefined]);
  expect(of({ 'no such language': ['Sheet 1'] }, 'en')).toEqual(['Sheet 1', undefined]);
  expect(of('Plain', 'en')).toEqual(['Plain', undefined]);
  for (const none of [undefined, 7, { en: 'no list' }]) expect(of(none, 'en')).toEqual(['', undefined]);
});
