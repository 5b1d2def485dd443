import { expect, test } from 'vitest';
import { localFinder } from '../../src/source/local.ts';

const file = (text: string) => new File([text], 'a b.tif', { lastModified: text.length });
const nowhere = {
  find: async (identifier: string) => {
    throw new Error(`Asked elsewhere for ${identifier}`);
  },
};

test('a file of the user is found by its name, and read where it lies', async () => {
  const finder = localFinder(nowhere, async (name) => (name === 'a b.tif' ? file('content') : undefined));
  const found = await finder.find('local/a b.tif');
  expect(found?.url).toBe('local:a%20b.tif');
  const bytes = await found?.open().read({ offset: 3, length: 100 });
  expect(new TextDecoder().decode(bytes)).toBe('tent');
});

test('a name that is unknown is looked for nowhere else', async () => {
  expect(await localFinder(nowhere, async () => undefined).find('local/x')).toBeUndefined();
  await expect(localFinder(nowhere, async () => undefined).find('x')).rejects.toThrow('elsewhere for x');
});

test('another file of the same name is told from the one that was known', async () => {
  const source = (await localFinder(nowhere, async () => file('first')).find('local/a'))?.open();
  const known = { size: source?.size, version: source?.version };
  const range = { offset: 0, length: 1 };
  const same = (await localFinder(nowhere, async () => file('first')).find('local/a'))?.open(known);
  expect(await same?.read(range)).toHaveLength(1);
  const other = (await localFinder(nowhere, async () => file('second')).find('local/a'))?.open(known);
  await expect(other?.read(range)).rejects.toThrow('The object changed');
});
