import { type Figure, failed, table } from '../bench/figures.ts';
import { cacheFigures } from './cache.ts';
import { fullStorageFigures } from './full-storage.ts';
import { interruptedFigures } from './interrupted.ts';
import { pinnedFigures } from './pinned.ts';
import { transferFigures } from './transfer.ts';

interface Group {
  readonly name: string;
  readonly run: () => Promise<readonly Figure[]>;
}

const GROUPS: readonly Group[] = [
  { name: 'Pinned works, without the store', run: pinnedFigures },
  { name: 'A download that is interrupted', run: interruptedFigures },
  { name: 'A full storage', run: fullStorageFigures },
  { name: 'A pack that is exported and imported', run: transferFigures },
  { name: 'The cache, within a budget', run: cacheFigures },
];

/**
 * What is proved for weeks without a network, in a real browser with a profile on disk; `npm run test:offline` prints it:
 * every figure, or those of the groups whose names contain the words given.
 */
async function main(words: readonly string[]): Promise<void> {
  const figures: Figure[] = [];
  for (const { name, run } of GROUPS.filter(({ name }) => words.every((word) => name.includes(word)))) {
    console.log(`\n${name}\n`);
    const found = await run().catch((error: unknown) => {
      console.error(error);
      return [failed(name, error)];
    });
    console.log(table(found));
    figures.push(...found);
  }
  process.exitCode = figures.some(({ verdict }) => verdict === 'not met') ? 1 : 0;
}

await main(process.argv.slice(3));
