import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { CANTALOUPE_OPTIONS, LORIS_OPTIONS } from './foreign-options.ts';

const page = readFileSync(fileURLToPath(new URL('../../demo/docs/migration/index.html', import.meta.url)), 'utf8');

/** What each row of a part of the page names on its left, and what takes its place. */
function named(part: string): ReadonlyMap<string, string> {
  const [section = ''] = new RegExp(`<section[^>]* id="${part}"[\\s\\S]*?</section>`).exec(page) ?? [];
  const rows = [...section.matchAll(/<tr><th scope="row">(.*?)<\/th><td>(.*?)<\/td><\/tr>/g)];
  return new Map(
    rows.flatMap(([, left = '', right = '']) =>
      [...left.matchAll(/<code>([^<]+)<\/code>/g)].map(([, name = '']): [string, string] => [name, right]),
    ),
  );
}

test.each([
  ['cantaloupe', 226, CANTALOUPE_OPTIONS],
  ['loris', 61, LORIS_OPTIONS],
])('every option of %s is there, with what takes its place', (part, count, options) => {
  expect(options).toHaveLength(count);
  const rows = named(part);
  expect(options.filter((option) => (rows.get(option) ?? '').length < 5)).toEqual([]);
});
