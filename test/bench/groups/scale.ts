import { type Bench, batchOf, potto, timeOf } from '../browser.ts';
import { compared, type Figure } from '../figures.ts';
import { copyOf, LARGE_SQUARE, PHOTO, readPicture, SMALL_SQUARE } from '../fixtures.ts';
import type { Equipment, Group } from '../group.ts';
import { filledCache } from '../in-page.ts';
import { interleave, median } from '../statistics.ts';
import { interiorTiles, type Tile } from '../tiles.ts';

const COPIES = 3;
/** Of a copy, beside each other, and as many scattered ones. */
const TILES = 24;
const PASSES = 6;
const ENTRIES = { few: 100, many: 50_000 };

/** Whether a large image, or a full cache, makes its tiles dearer. */
export const scale: Group = {
  name: 'Large images, and many answers kept',
  async measure(equipment) {
    return [...(await sizes(equipment)), await entries(equipment)];
  },
};

async function sizes({ browser: { near }, fixtures, nextCopy }: Equipment): Promise<readonly Figure[]> {
  const tilesOf = async (square: string) =>
    interiorTiles((await readPicture(`${fixtures.folder}/${square}.tif`)).image, 0);
  const small = await tilesOf(SMALL_SQUARE);
  const large = await tilesOf(LARGE_SQUARE);
  const middle = Math.floor(large.length / 2);
  const beside: Rounds = { small: [], large: [] };
  const far: Rounds = { small: [], large: [] };
  for (let round = 0; round < COPIES; round++) {
    const copy = nextCopy();
    const ask = (square: string, tile: Tile | undefined) =>
      timeOf(near.page, { url: potto(near, `${copyOf(square, copy)}/${tile?.path}`) });
    // The first tile opens the image.
    await ask(SMALL_SQUARE, small[0]);
    await ask(LARGE_SQUARE, large[0]);
    add(
      beside,
      await interleave(TILES, {
        small: (tile) => ask(SMALL_SQUARE, small[1 + tile]),
        large: (tile) => ask(LARGE_SQUARE, large[middle + tile]),
      }),
    );
    add(
      far,
      await interleave(TILES, {
        small: (tile) => ask(SMALL_SQUARE, small[1 + TILES + ((tile * 7) % TILES)]),
        large: (tile) => ask(LARGE_SQUARE, large[(1 + tile * 7919) % large.length]),
      }),
    );
  }
  const row = (name: string, { small, large }: Rounds) =>
    compared({
      name: `a tile of 100,000 × 100,000 pixels, ${name}`,
      potto: median(large),
      peer: median(small),
      against: 'of 4,000 × 4,000',
      unit: 'ms',
      target: { atMost: 1.1 },
    });
  return [row('beside the one before', beside), row('far from the one before', far)];
}

interface Rounds {
  readonly small: number[];
  readonly large: number[];
}

function add(all: Rounds, some: Rounds): void {
  all.small.push(...some.small);
  all.large.push(...some.large);
}

async function entries({ browser, photo, nextCopy }: Equipment): Promise<Figure> {
  const few = await browser.install('few');
  const many = await browser.install('many');
  const id = copyOf(PHOTO, nextCopy());
  const tiles = interiorTiles(photo.image, 0);
  const wanted = (bench: Bench) => tiles.map(({ path }) => ({ url: potto(bench, `${id}/${path}`) }));
  for (const [bench, count] of [
    [few, ENTRIES.few],
    [many, ENTRIES.many],
  ] as const) {
    await batchOf(bench.page, wanted(bench), 6);
    await bench.page.evaluate(filledCache, count);
  }
  const hit = (bench: Bench) => async (round: number) => {
    const { exchanges } = await batchOf(bench.page, wanted(bench).slice(round, round + 1), 1);
    if (exchanges[0]?.serverTiming !== 'hit') throw new Error('The tile was not kept');
    return exchanges[0].milliseconds;
  };
  // A worker holds its latest answers in memory: one that was stopped has them on disk alone.
  const pass = async () => {
    await browser.stopWorkers();
    for (const bench of [few, many]) await timeOf(bench.page, { url: potto(bench, `${id}/info.json`) });
    return interleave(tiles.length, { few: hit(few), many: hit(many) });
  };
  // When it is met first, an entry is read from its file.
  await pass();
  const times: Record<'few' | 'many', number[]> = { few: [], many: [] };
  for (let passes = 0; passes < PASSES; passes++) {
    const taken = await pass();
    times.few.push(...taken.few);
    times.many.push(...taken.many);
  }
  await Promise.all([few.page.close(), many.page.close()]);
  return compared({
    name: `a cached tile among ${ENTRIES.many.toLocaleString('en')} entries`,
    potto: median(times.many),
    peer: median(times.few),
    against: `among ${ENTRIES.few}`,
    unit: 'ms',
    target: { atMost: 1.1 },
  });
}
