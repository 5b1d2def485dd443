import { readFile, writeFile } from 'node:fs/promises';
import { README, withTable } from './readme-table.ts';

await writeFile(README, withTable(await readFile(README, 'utf8')));
