import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ENTRIES, readApi, withApi } from '../../demo/build/api-reference.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

const api = readApi(root);

test.each(api.entries)('everything that $name exports has a doc comment', ({ symbols }) => {
  expect(symbols.length).toBeGreaterThan(1);
  expect(symbols.filter(({ text }) => text.length < 10).map(({ name, file }) => `${name} in ${file}`)).toEqual([]);
});

test('so has every type that they name', () => {
  expect(api.types.length).toBeGreaterThan(20);
  expect(api.types.filter(({ text }) => text === '').map(({ name, file }) => `${name} in ${file}`)).toEqual([]);
});

test('its entries are those of the package', () => {
  const { exports }: { readonly exports: Readonly<Record<string, unknown>> } = JSON.parse(read('package.json'));
  const entries = Object.entries(exports).filter(([, target]) => typeof target === 'object');
  expect(ENTRIES.map(({ name }) => name)).toEqual(entries.map(([name]) => name.replace('.', 'potto')));
});

test('a function is shown with its signature, without its body', () => {
  const [potto] = api.entries;
  const cancel = potto?.symbols.find(({ name }) => name === 'cancel');
  expect(cancel?.signature).toBe('function cancel(urls: string | readonly string[]): void');
  const register = potto?.symbols.find(({ name }) => name === 'register');
  expect(register?.text).toContain('@throws {Error}');
  expect(register?.signature).not.toContain('{\n');
});

test('the page describes all of it, and no place stays empty', () => {
  const html = withApi(read('demo/docs/api/index.html'), root);
  expect(html).not.toMatch(/<!-- (?:api|types)/);
  const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { name, symbols } of api.entries) {
    for (const symbol of symbols) expect(ids).toContain(`${name.split('/').at(-1)}-${symbol.name}`);
  }
  const links = [...html.matchAll(/href="#([^"]+)"/g)].map(([, id]) => id);
  expect(links.filter((id) => !ids.includes(id))).toEqual([]);
  expect(html).toContain('<strong>Throws</strong> <code>Error</code>');
});

test('an entry that the package hasn’t is an error', () => {
  expect(() => withApi('<!-- api of potto/no --><!-- types that the api names -->', root)).toThrow('no entry potto/no');
});
