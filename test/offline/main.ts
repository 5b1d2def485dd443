import { type Figure, failed, table } from '../bench/figures.ts';
import { withinTime } from '../bench/within-time.ts';
import { cacheFigures } from './cache.ts';
import { fullStorageFigures } from './full-storage.ts';
import { interruptedFigures } from './interrupted.ts';
import { pinnedFigures } from './pinned.ts';
import { transferFigures } from './transfer.ts';

interface Group {
  readonly name: string;
  readonly run: () => Promise<readonly Figure[]>;
  /** Minutes that it may take: several times what it takes on two quiet cores. */
  readonly minutes: number;
}

/** Milliseconds. */
const MINUTE = 60_000;

const GROUPS: readonly Group[] = [
  { name: 'Pinned works, without the store', run: pinnedFigures, minutes: 20 },
  { name: 'A download that is interrupted', run: interruptedFigures, minutes: 20 },
  { name: 'A full storage', run: fullStorageFigures, minutes: 20 },
  { name: 'A pack that is exported and imported', run: transferFigures, minutes: 20 },
  { name: 'The cache, within a budget', run: cacheFigures, minutes: 90 },
];

/**
 * What is proved for weeks without a network, in a real browser with a profile on disk; `npm run test:offline` prints it:
 * every figure, or those of the groups whose names contain the words given.
 */
async function main(words: readonly string[]): Promise<void> {
  const figures: Figure[] = [];
  for (const { name, run, minutes } of GROUPS.filter(({ name }) => words.every((word) => name.includes(word)))) {
    console.log(`\n${name}\n`);
    const found = await withinTime(run(), minutes * MINUTE).catch((error: unknown) => {
      console.error(error);
      return [failed(name, error)];
    });
    console.log(table(found));
    figures.push(...found);
  }
  // What a group that took too long left open must not keep the process alive.
  process.exit(figures.some(({ verdict }) => verdict === 'not met') ? 1 : 0);
}

await main(process.argv.slice(3));
