import sharp from 'sharp';
import { expect, test } from 'vitest';
import { labTable } from '../../src/codec/cie-lab.ts';
import { createStandardCmyk } from '../../src/codec/cmyk-standard.ts';
import { type IccProfile, readIccProfile } from '../../src/codec/icc-profile.ts';
import { createTableOfProfile } from '../../src/codec/icc-table.ts';
import type { ColourTable } from '../../src/kernel/colour-table.ts';
import { Random } from '../kernel/random.ts';
import { corners, wideProfile, writeProfile } from './icc-writer.ts';
import { loadWasm } from './load.ts';

const tableOfProfile = createTableOfProfile(loadWasm);

function profileOf(bytes: Uint8Array): IccProfile {
  const profile = readIccProfile(bytes);
  if (!profile) throw new Error('no profile');
  return profile;
}

/** The CMYK profile that libvips has in it. */
async function cmykProfile(): Promise<IccProfile> {
  const blank = sharp({ create: { width: 8, height: 8, channels: 3, background: '#000' } });
  const { icc } = await sharp(await blank.withIccProfile('cmyk').jpeg().toBuffer()).metadata();
  return profileOf(new Uint8Array(icc ?? []));
}

/** R, G, B of 0–255 at a node. */
function nodeOf(table: ColourTable | undefined, ...place: readonly number[]): readonly number[] {
  if (!table) throw new Error('no table');
  const node = place.reduce((sum, step) => sum * table.grid + step, 0);
  const full = table.nodes instanceof Uint8Array ? 1 : 257;
  return [...table.nodes.subarray(node * 3, node * 3 + 3)].map((value) => Math.round(value / full));
}

test('the first input of a table varies slowest', async () => {
  const colour = ([r = 0, g = 0, b = 0]: readonly number[]) => [100 * r, 100 * g, 100 * b];
  const A2B0 = corners(3, colour);
  const table = await tableOfProfile(
    profileOf(
      writeProfile({
        space: 'RGB ',
        connection: 'Lab ',
        deviceClass: 'scnr',
        tags: { A2B0, wtpt: new Uint8Array(20) },
      }),
    ),
  );
  expect(table).toMatchObject({ inputs: 3, grid: 33 });
  expect(nodeOf(table, 32, 0, 0)).toEqual([255, 255, 255]);
  expect(nodeOf(table, 0, 0, 0)).toEqual([0, 0, 0]);
  const [red = 0, green = 0, blue = 0] = nodeOf(table, 16, 32, 0);
  expect(red - green).toBeGreaterThan(100);
  const [, , yellow = 0] = nodeOf(table, 32, 0, 32);
  expect([red > blue, yellow < 100]).toEqual([true, true]);
});

test('no ink is white, all ink is dark', async () => {
  const table = await tableOfProfile(await cmykProfile());
  expect(table).toMatchObject({ inputs: 4, grid: 9 });
  expect(nodeOf(table, 0, 0, 0, 0)).toEqual([255, 255, 255]);
  expect(Math.max(...nodeOf(table, 8, 8, 8, 8))).toBeLessThan(50);
  expect(Math.max(...nodeOf(table, 0, 0, 0, 8))).toBeLessThan(50);
});

test('CMYK without a profile is shown by the one that libvips takes', async () => {
  const [standard, theirs] = await Promise.all([createStandardCmyk(loadWasm)(), tableOfProfile(await cmykProfile())]);
  const rounded = Uint8Array.from(theirs?.nodes ?? [], (value) => Math.round(value / 257));
  expect(standard.nodes).toEqual(rounded);
});

test('a profile that Little CMS refuses has no table', async () => {
  expect(await tableOfProfile(profileOf(writeProfile({ space: 'CMYK', tags: {} })))).toBeUndefined();
  const cut = { A2B0: corners(4, () => [50, 0, 0]).subarray(0, 200) };
  expect(
    await tableOfProfile(profileOf(writeProfile({ space: 'CMYK', connection: 'Lab ', tags: cut }))),
  ).toBeUndefined();
});

test('programs in a profile are not run: its tables count', async () => {
  const A2B0 = corners(4, ([c = 0]) => [100 - 50 * c, 0, 0]);
  const written = { space: 'CMYK', connection: 'Lab ', deviceClass: 'prtr' };
  const plain = await tableOfProfile(profileOf(writeProfile({ ...written, tags: { A2B0 } })));
  const D2B1 = new TextEncoder().encode('mpet____'.padEnd(100, '_'));
  const program = await tableOfProfile(profileOf(writeProfile({ ...written, tags: { A2B0, D2B1 } })));
  expect(program).toEqual(plain);
});

test('a damaged profile has a table or none, and harms no other', async () => {
  const random = new Random(11);
  const intact = writeProfile({ space: 'CMYK', connection: 'Lab ', tags: { A2B0: corners(4, () => [50, 0, 0]) } });
  for (let i = 0; i < 60; i++) {
    const bytes = intact.slice();
    for (let times = random.whole(1, 6); times > 0; times--) bytes[random.whole(128, 230)] = random.whole(0, 255);
    const profile = readIccProfile(bytes);
    const table = profile && (await tableOfProfile(profile));
    expect([undefined, 9 ** 4 * 3]).toContain(table?.nodes.length);
  }
  expect(nodeOf(await tableOfProfile(profileOf(wideProfile())), 32, 32, 32)).toEqual([255, 255, 255]);
});

test('L*a*b* is relative to D50', () => {
  const table = labTable();
  // The sixteenth node is 127.5, half of one below where a* and b* are 0.
  expect(Math.min(...nodeOf(table, 32, 16, 16))).toBeGreaterThanOrEqual(254);
  expect(Math.max(...nodeOf(table, 0, 16, 16))).toBeLessThanOrEqual(1);
  const [red = 0, green = 0] = nodeOf(table, 16, 24, 16);
  expect(red - green).toBeGreaterThan(100);
});
