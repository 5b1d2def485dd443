import { expect, test } from 'vitest';
import { attempt } from '../../src/cache/attempt.ts';

test('gives what the storage gives', async () => {
  expect(await attempt(async () => 'kept')).toBe('kept');
});

test('a storage that rejects, throws or is not there gives nothing', async () => {
  expect(await attempt(() => Promise.reject(new Error('full')))).toBeUndefined();
  expect(
    await attempt(() => {
      throw new Error('closed');
    }),
  ).toBeUndefined();
  expect(await attempt(() => undefined)).toBeUndefined();
});
