import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { README, withTable } from './readme-table.ts';

test('the README tells what these tests prove (npm run formats)', async () => {
  const readme = await readFile(README, 'utf8');
  expect(readme).toBe(withTable(readme));
});
