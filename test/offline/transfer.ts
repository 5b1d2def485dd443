import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Page } from 'playwright';
import type { PackStatus } from '../../src/packs/desk.ts';
import { type Figure, single } from '../bench/figures.ts';
import { NOTE_MEMORIES } from '../bench/worker-memory.ts';
import { Random } from '../kernel/random.ts';
import { noiseImages, type StoredImage } from './images.ts';
import { answersTo, exportToFile, pinWhole, readInfos } from './in-page.ts';
import { type Kiosk, startKiosk } from './kiosk.ts';
import type { Library } from './library.ts';
import { type Growth, growthDuring } from './memory.ts';
import { countWhole, downloadExported, EXPORTED, exportPack } from './pack-content.ts';
import { allTiles, randomRequest } from './questions.ts';
import { startCountedStore } from './store.ts';

/** Images of 17 MB each: six make 100 MB. */
const IMAGES = Number(process.env.POTTO_OFFLINE_IMAGES ?? 6);
const SEED = Number(process.env.POTTO_OFFLINE_SEED ?? Date.now() % 2 ** 31);
/** Bytes. */
const MOST_MEMORY = 64;
/** Tiles that are asked for, every so many, and random requests of each image. */
const EVERY = 4;
const RANDOM = 5;
const FOLDER = 'room';

declare const potto: Library;

/** A pack goes by a file into a browser that never had the store. */
export async function transferFigures(): Promise<readonly Figure[]> {
  const images = await noiseImages(IMAGES);
  const folder = await mkdtemp(join(tmpdir(), 'potto-packs-'));
  const store = await startCountedStore(images);
  const options = { folders: { [FOLDER]: `{ sources: '${store.sources}' }` }, prelude: NOTE_MEMORIES };
  const kiosks: Kiosk[] = [];
  try {
    const library = await startKiosk(options);
    kiosks.push(library);
    const file = join(folder, 'pack');
    const given = await give(library, images, file);
    await library.close();
    await store.cut();
    const room = await startKiosk(options);
    kiosks.splice(0, 1, room);
    const again = join(folder, 'again');
    const taken = await take(room, { file, again, asked: given.asked });
    const same = given.answers.filter((digest, index) => digest === taken.answers[index]).length;
    return [
      single('exported and imported', (await stat(file)).size / 1e6, 'MB'),
      single('images with exactly the bytes of the store', await countWhole(file, images), '', {
        atLeast: images.length,
      }),
      single('imported pack that is complete', Number(taken.pack.isComplete), '', { atLeast: 1 }),
      single('blocks of it that are damaged or lost', taken.damaged, '', { atMost: 0 }),
      single('the same file when it is exported once more', Number((await hash(file)) === (await hash(again))), '', {
        atLeast: 1,
      }),
      single('answers that are byte-identical, without the store', (100 * same) / given.asked.length, '%', {
        atLeast: 100,
      }),
      ...memory('export', given.growth),
      ...memory('import', taken.growth),
    ];
  } finally {
    for (const kiosk of kiosks) await kiosk.close();
    await store.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Pins all, and writes the pack into a file. */
async function give(kiosk: Kiosk, images: readonly StoredImage[], file: string) {
  const page = await kiosk.visit(FOLDER);
  const identifiers = images.map(({ identifier }) => identifier);
  const infos = await page.evaluate(
    readInfos,
    identifiers.map((identifier) => `iiif/3/${identifier}/info.json`),
  );
  const random = new Random(SEED);
  const asked = infos.flatMap((info, index) => {
    const tiles = allTiles(info).filter((_, tile) => tile % EVERY === 0);
    const made = Array.from({ length: RANDOM }, () => randomRequest(info, random));
    return [...tiles, ...made].map((path) => `iiif/3/${identifiers[index]}/${path}`);
  });
  const answers = await digestsOf(page, asked);
  const { id } = await page.evaluate(pinWhole, identifiers);
  const { context, site } = kiosk;
  const growth = await growthDuring({ context, page, folder: `${site.url}${FOLDER}/` }, () =>
    page.evaluate(exportToFile, { id, name: EXPORTED }),
  );
  await downloadExported(page, file);
  return { asked, answers, growth };
}

/** Imports a file that the user chose, and asks for the same as before. */
async function take(
  { visit, context, site }: Kiosk,
  { file, again, asked }: { readonly file: string; readonly again: string; readonly asked: readonly string[] },
) {
  const page = await visit(FOLDER);
  await page.evaluate(`document.body.append(Object.assign(document.createElement('input'), { type: 'file' }))`);
  await page.locator('input').setInputFiles(file);
  let pack: PackStatus | undefined;
  const growth = await growthDuring({ context, page, folder: `${site.url}${FOLDER}/` }, async () => {
    pack = await page.evaluate<PackStatus>(`potto.importPack(document.querySelector('input').files[0])`);
  });
  if (!pack) throw new Error('Nothing was imported');
  const answers = await digestsOf(page, asked);
  const { damaged } = await page.evaluate((id) => potto.verify(id), pack.id);
  await exportPack(page, pack.id, again);
  return { pack, growth, answers, damaged };
}

async function digestsOf(page: Page, asked: readonly string[]): Promise<readonly string[]> {
  const answers = await page.evaluate(answersTo, asked);
  const refused = answers.findIndex(({ status }) => status !== 200);
  if (refused >= 0) throw new Error(`${asked[refused]} answered ${answers[refused]?.status}`);
  return answers.map(({ digest }) => digest);
}

function memory(what: string, { page, worker }: Growth): readonly Figure[] {
  const target = { atMost: MOST_MEMORY };
  return [
    single(`${what}: memory of the page above idle`, page / 2 ** 20, 'MB', target),
    single(`${what}: memory of the worker above idle`, worker / 2 ** 20, 'MB', target),
  ];
}

async function hash(path: string): Promise<string> {
  const digest = createHash('sha256');
  await pipeline(createReadStream(path), digest);
  return digest.digest('hex');
}
