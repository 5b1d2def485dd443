import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ImageServerError } from '../../../src/errors.ts';
import { HeldBudget } from '../../../src/image/jp2/held-bytes.ts';
import { jp2Image } from '../../../src/image/jp2/jp2.ts';
import { countingObject } from '../counting-object.ts';
import { readStructureOf } from './regions.ts';

const folder = new URL('fixtures/', import.meta.url);
const fixture = (name: string) => new Uint8Array(readFileSync(new URL(name, folder)));
const LISTED = 'rpcl-plt-tlm.jp2';
const BARE = 'lrcp-layers-sop-eph.j2k';

/** Opens a file and reads a tile of each level; the first error, if there is one. */
async function attempt(bytes: Uint8Array): Promise<unknown> {
  const { read } = countingObject(bytes);
  try {
    const structure = await readStructureOf(read, bytes.length);
    const image = jp2Image(structure, read, { budget: new HeldBudget() });
    for (const level of image.levels) await image.readTile(level, 0, 0);
    return undefined;
  } catch (error) {
    return error;
  }
}

/** Where a marker stands, after the start of the codestream. */
function at(bytes: Uint8Array, marker: number): number {
  const start = Buffer.from(bytes).indexOf(Buffer.of(0xff, 0x4f, 0xff, 0x51));
  return Buffer.from(bytes).indexOf(Buffer.of(marker >> 8, marker & 0xff), start);
}

function changed(name: string, marker: number, offset: number, values: readonly number[]): Uint8Array {
  const bytes = fixture(name);
  bytes.set(values, at(bytes, marker) + offset);
  return bytes;
}

const [SIZ, COD, QCD, SOT] = [0xff51, 0xff52, 0xff5c, 0xff90];
const MAX = [0xff, 0xff, 0xff, 0xff];
/** 120 × 2,097,232 pixels from 0,0 on, in tiles of 120 × 80: with 3 levels, 15 × 10 pixels of each are in the smallest. */
const STRIP = [0, 0, 0, 120, 0, 0x20, 0, 80, ...Array<number>(8).fill(0), 0, 0, 0, 120, 0, 0, 0, 80];

describe('what the header claims is checked before anything is spent on it', () => {
  const cases: readonly (readonly [string, Uint8Array, number, string])[] = [
    ['an image of 2^32 pixels a side', changed(BARE, SIZ, 6, [...MAX, ...MAX]), 502, 'SIZ'],
    ['tiles of one pixel', changed(BARE, SIZ, 22, [0, 0, 0, 1, 0, 0, 0, 1]), 501, 'tiles'],
    ['26,000 tiles, of which a view has 150 pixels each', changed(BARE, SIZ, 6, STRIP), 501, 'tiles are too small'],
    ['tiles of no pixels', changed(BARE, SIZ, 22, [0, 0, 0, 0]), 502, 'SIZ'],
    ['16,384 components', changed(BARE, SIZ, 38, [0x40, 0]), 502, 'SIZ'],
    ['38 bits', changed(BARE, SIZ, 40, [37]), 501, '38 bits'],
    ['components without samples', changed(BARE, SIZ, 41, [0]), 502, 'no samples'],
    ['extensions of part 2', changed(BARE, SIZ, 4, [0x80, 0]), 501, '15444-2'],
    ['no layers', changed(BARE, COD, 6, [0, 0]), 502, 'layers'],
    ['65,535 layers of 2^15 precincts', changed(BARE, COD, 6, [0xff, 0xff]), 502, 'packets'],
    ['an unknown order', changed(BARE, COD, 5, [9]), 502, 'order'],
    ['33 decompositions', changed(BARE, COD, 9, [33]), 502, 'levels'],
    ['an unknown filter', changed(BARE, COD, 13, [7]), 501, 'filter'],
    ['POC', changed(BARE, QCD, 0, [0xff, 0x5f]), 501, 'POC'],
    ['PPM', changed(BARE, QCD, 0, [0xff, 0x60]), 501, 'PPM'],
    ['a part of a tile that is not there', changed(BARE, SOT, 4, [0, 9]), 502, 'tile 9'],
    ['a tile-part of 3 bytes', changed(BARE, SOT, 6, [0, 0, 0, 3]), 502, 'tile-part'],
  ];
  for (const [name, bytes, status, words] of cases) {
    test(name, async () => {
      const error = await attempt(bytes);
      expect(error).toBeInstanceOf(ImageServerError);
      expect(error).toMatchObject({ status, message: expect.stringContaining(words) });
    });
  }
});

test('what is not read is named with the command that mends it', async () => {
  const error = await attempt(changed(BARE, QCD, 0, [0xff, 0x5f]));
  expect(error).toMatchObject({ message: expect.stringMatching(/POC.*opj_compress .*-p RPCL .*-PLT/) });
});

test('tiles that are not in the file are left black, and decoded by nobody', async () => {
  // 16,384 tiles of 260 × 190, of which there is one.
  const side = (pixels: number) => [pixels >>> 24, (pixels >>> 16) & 255, (pixels >>> 8) & 255, pixels & 255];
  const size = [...side(260 * 128), ...side(190 * 128), ...Array<number>(8).fill(0), ...side(260), ...side(190)];
  const bytes = changed(BARE, SIZ, 6, size);
  const { read } = countingObject(bytes);
  const image = jp2Image(await readStructureOf(read, bytes.length), read, { budget: new HeldBudget() });
  const [full] = image.levels;
  if (!full) throw new Error('no levels');
  expect((await image.readTile(full, 0, 0))?.planes).toHaveLength(1);
  expect((await image.readTile(full, 9, 9))?.planes).toHaveLength(0);
});

test('of a file that is cut short, what is there is shown', async () => {
  for (const name of readdirSync(folder)) {
    const bytes = fixture(name);
    for (const share of [0.4, 0.7, 0.95]) {
      const error = await attempt(bytes.slice(0, Math.floor(bytes.length * share)));
      expect(error instanceof ImageServerError || error === undefined).toBe(true);
    }
  }
});

test('2,000 damaged files: an answer or an error in words, never a hang', { timeout: 60_000 }, async () => {
  let seed = 7;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  const names = readdirSync(folder);
  for (let round = 0; round < 2000; round++) {
    const bytes = fixture(names[round % names.length] ?? LISTED);
    // Headers are at the front: there most harm is done.
    const reach = round % 3 === 0 ? bytes.length : 400;
    for (let change = 0; change <= random(4); change++) bytes[random(reach)] = random(256);
    const error = await attempt(bytes);
    if (error !== undefined && !(error instanceof ImageServerError))
      throw new Error(`round ${round}`, { cause: error });
  }
});
