import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startBrowser } from './browser.ts';
import { table } from './figures.ts';
import { makeFixtures, PHOTO } from './fixtures.ts';
import { makeLargeJpeg2000 } from './jpeg2000-large.ts';
import { panning } from './jpeg2000-panning.ts';

const FOLDER = fileURLToPath(new URL('../../.cache/bench/jpeg2000', import.meta.url));

/** One a second, for an hour. `PANNING_MOVES` for others. */
const MOVES = Number(process.env.PANNING_MOVES ?? 3600);

/** `npm run bench:panning`: an hour's panning over a JPEG 2000 of 268 megapixels, in fast motion. */
async function main(): Promise<void> {
  const fixtures = await makeFixtures();
  const photo = fixtures.files[PHOTO] ?? '';
  await symlink(await makeLargeJpeg2000(photo, FOLDER), join(fixtures.folder, 'large.tif'));
  const browser = await startBrowser(fixtures.folder, undefined);
  try {
    console.log(table(await panning({ browser }, 'large', MOVES)));
  } finally {
    await browser.close();
  }
}

await main();
