import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makePyramids } from '../../demo/build/pyramids.ts';
import { startBrowser } from './browser.ts';
import { table } from './figures.ts';
import { PHOTO } from './fixtures.ts';
import { makeLargeJpeg2000 } from './jpeg2000-large.ts';
import { panning } from './jpeg2000-panning.ts';

const CACHE = fileURLToPath(new URL('../../.cache', import.meta.url));

/**
 * An hour of a reader who never rests: every three seconds the view moves on by a tile, which brings a column or row of
 * three, one a second. `PANNING_MOVES` for others.
 */
const MOVES = Number(process.env.PANNING_MOVES ?? 3600);

/** Moves between two lines that tell how it goes: it takes half an hour. */
const TOLD_EACH = 100;

/** `npm run bench:panning`: an hour's panning over a JPEG 2000 of 268 megapixels, in fast motion. */
async function main(): Promise<void> {
  const pyramids = await makePyramids(join(CACHE, 'demo'));
  const photo = pyramids.find(({ id }) => id === PHOTO)?.file ?? '';
  const folder = await mkdtemp(join(tmpdir(), 'potto-panning-'));
  await symlink(await makeLargeJpeg2000(photo, join(CACHE, 'bench/jpeg2000')), join(folder, 'large.tif'));
  const browser = await startBrowser(folder, undefined);
  try {
    const figures = await panning({ browser }, 'large', MOVES, ({ move, megabytes }) => {
      if (move % TOLD_EACH === 0) console.log(`${move} moves: ${megabytes.toFixed(0)} MB`);
    });
    console.log(table(figures));
  } finally {
    await browser.close();
    await rm(folder, { recursive: true });
  }
}

await main();
