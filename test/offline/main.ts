import { type Figure, failed, table } from '../bench/figures.ts';
import { cacheFigures } from './cache.ts';

/** What is proved for weeks without a network, in a real browser with a profile on disk; `npm run test:offline` prints it. */
const GROUPS: readonly { readonly name: string; readonly run: () => Promise<readonly Figure[]> }[] = [
  { name: 'The cache, within a budget', run: cacheFigures },
];

const figures: Figure[] = [];
for (const { name, run } of GROUPS) {
  const found = await run().catch((error: unknown) => [failed(name, error)]);
  console.log(`\n${name}\n\n${table(found)}`);
  figures.push(...found);
}
process.exitCode = figures.some(({ verdict }) => verdict === 'not met') ? 1 : 0;
