import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { startBrowser } from './browser.ts';
import { type Figure, failed, table } from './figures.ts';
import { makeFixtures, PHOTO, PHOTO_QUALITY, readPicture, SMALL_TILES } from './fixtures.ts';
import type { Equipment, Group } from './group.ts';
import { jpeg2000 } from './groups/jpeg2000.ts';
import { jpeg2000Memory } from './groups/jpeg2000-memory.ts';
import { jpeg2000Session } from './groups/jpeg2000-session.ts';
import { memory } from './groups/memory.ts';
import { nativeServer } from './groups/native-server.ts';
import { offlineBoot } from './groups/offline-boot.ts';
import { pixelWork } from './groups/pixel-work.ts';
import { pixels } from './groups/pixels.ts';
import { pool } from './groups/pool.ts';
import { publish } from './groups/publish.ts';
import { published } from './groups/published.ts';
import { scale } from './groups/scale.ts';
import { searchPage } from './groups/search-page.ts';
import { sessionCost } from './groups/session-cost.ts';
import { singleTiles } from './groups/single-tiles.ts';
import { sizeAndStart } from './groups/size-and-start.ts';
import { startParts } from './groups/start-parts.ts';
import { thumbnails } from './groups/thumbnails.ts';
import { tileSources } from './groups/tile-sources.ts';
import { viewerSession } from './groups/viewer-session.ts';
import { wayThrough } from './groups/way-through.ts';
import { startIipImage } from './peers/iipimage.ts';
import { withinTime } from './within-time.ts';

const GROUPS: readonly Group[] = [
  singleTiles,
  wayThrough,
  viewerSession,
  sizeAndStart,
  startParts,
  pixels,
  nativeServer,
  published,
  tileSources,
  sessionCost,
  pixelWork,
  thumbnails,
  searchPage,
  pool,
  scale,
  memory,
  jpeg2000,
  jpeg2000Session,
  jpeg2000Memory,
  offlineBoot,
  publish,
];

/** Milliseconds that a group may take. */
const GROUP_TIMEOUT = 180_000;
const WORK = fileURLToPath(new URL('../../.cache/bench/iipimage', import.meta.url));
const RESULTS = fileURLToPath(new URL('./RESULTS.md', import.meta.url));

/** `npm run bench`: every figure, or those of the groups whose names contain the words given. */
async function main(words: readonly string[]): Promise<void> {
  const fixtures = await makeFixtures();
  const native = await startIipImage({ images: fixtures.folder, work: WORK, quality: PHOTO_QUALITY });
  const browser = await startBrowser(fixtures.folder, native.kind === 'running' ? native.base : undefined);
  let copy = 0;
  const equipment: Equipment = {
    browser,
    fixtures,
    photo: await readPicture(fixtures.files[PHOTO] ?? ''),
    smallTiles: await readPicture(fixtures.files[SMALL_TILES] ?? ''),
    nextCopy: () => copy++,
    peerAbsent: native.kind === 'absent' ? native.reason : undefined,
  };
  const sections: string[] = [];
  try {
    for (const group of GROUPS.filter(({ name }) => words.every((word) => name.includes(word)))) {
      console.log(`\n${group.name}\n`);
      const figures: readonly Figure[] = await withinTime(group.measure(equipment), GROUP_TIMEOUT).catch(
        (error: unknown) => {
          console.error(error);
          return [failed(group.name, error)];
        },
      );
      console.log(table(figures));
      sections.push(`## ${group.name}\n\n${table(figures)}\n`);
    }
  } finally {
    await browser.close();
    if (native.kind === 'running') native.stop();
  }
  // Half a table is no result.
  if (words.length === 0) await writeFile(RESULTS, report(browser.version, sections));
}

function report(version: string, sections: readonly string[]): string {
  return [
    '# Results of the last run\n',
    `Written by \`npm run bench\` on ${availableParallelism()} cores, Chromium ${version}. Medians of interleaved runs.`,
    'Machines differ: the ratios count, not the milliseconds. Where the time goes in what is not met: [WHY.md](WHY.md).\n',
    ...sections,
  ].join('\n');
}

await main(process.argv.slice(3));
