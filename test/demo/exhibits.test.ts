import { expect, test } from 'vitest';
import { exhibitAt, hashOf, others, photographs } from '../../demo/exhibits.ts';

test('every image, and every page of every file, is found by its own link', () => {
  const ids = [...photographs, ...others].flatMap(({ pages }) => pages);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(exhibitAt(hashOf(id))?.id).toBe(id);
  expect(exhibitAt('#nothing')).toBeUndefined();
});

test('each page of a file tells its own title, author and licence', () => {
  const [first, second] = others.find(({ pages }) => pages.length === 2)?.pages ?? [];
  const titleOf = (id = '') => exhibitAt(hashOf(id))?.title;
  expect([titleOf(first), titleOf(second)]).toEqual(['The Behaim globe, 1492', 'World map, 1689']);
});
