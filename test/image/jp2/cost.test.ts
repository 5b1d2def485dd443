import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { HeaderWindows } from '../../../src/image/header-windows.ts';
import { HeldBudget } from '../../../src/image/jp2/held-bytes.ts';
import { jp2Image } from '../../../src/image/jp2/jp2.ts';
import { type Jp2Structure, readJp2Structure } from '../../../src/image/jp2/structure.ts';
import type { ByteRange } from '../../../src/source/source.ts';
import { countingObject } from '../counting-object.ts';
import { hasOpj, OpjFolder } from './opj.ts';
import { decodeArea, difference, readStructureOf, unitReader } from './regions.ts';

const sum = (ranges: readonly ByteRange[]) => ranges.reduce((bytes, { length }) => bytes + length, 0);

const PRECINCTS = '[256,256],[256,256],[128,128],[128,128],[128,128]';
const RPCL = ['-p', 'RPCL', '-c', PRECINCTS, '-n', '5', '-I', '-r', '6'];

async function opened(bytes: Uint8Array) {
  const object = countingObject(bytes);
  const learned: Jp2Structure[] = [];
  const structure = await readJp2Structure(new HeaderWindows(object.read, { objectSize: () => bytes.length }));
  const budget = new HeldBudget();
  const image = jp2Image(structure, object.read, { budget, learned: (grown) => learned.push(grown) });
  return { object, structure, image, learned };
}

test('opening is one read', async () => {
  const bytes = new Uint8Array(readFileSync(new URL('fixtures/rpcl-plt-tlm.jp2', import.meta.url)));
  const { object, image } = await opened(bytes);
  expect(object.ranges).toHaveLength(1);
  expect(image).toMatchObject({ width: 260, height: 190, keepDecoded: true, tileFormat: 'jpeg2000' });
  expect(image.levels.map(({ width, height, scale }) => [width, height, scale])).toEqual([
    [260, 190, 1],
    [130, 95, 2],
    [65, 48, 4],
    [33, 24, 8],
  ]);
});

test('a small file comes along with its header, and is not read again', async () => {
  const bytes = new Uint8Array(readFileSync(new URL('fixtures/rpcl-plt-tlm.jp2', import.meta.url)));
  const { object, image } = await opened(bytes);
  const [full, half] = image.levels;
  if (!full || !half) throw new Error('no levels');
  await Promise.all([image.readTile(full, 0, 0), image.readTile(half, 0, 0)]);
  expect(object.ranges).toHaveLength(1);
});

test('a tile outside the grid is a RangeError', async () => {
  const { image } = await opened(new Uint8Array(readFileSync(new URL('fixtures/rpcl-plt-tlm.jp2', import.meta.url))));
  const [full] = image.levels;
  if (!full) throw new Error('no levels');
  await expect(image.readTile(full, 1, 0)).rejects.toThrow(RangeError);
  await expect(image.readTile(full, 0, -1)).rejects.toThrow(RangeError);
});

const SIDE = { width: 2800, height: 2000 };

test.skipIf(!hasOpj)(
  'of a large file, a unit reads its own packets, and neighbours read each packet once',
  { timeout: 120_000 },
  async () => {
    const folder = new OpjFolder(
      new URL('../../../demo/images/nuthatch.jpg', import.meta.url),
      SIDE.width,
      SIDE.height,
    );
    try {
      const bytes = await folder.compress('one.jp2', 'rgb', [...RPCL, '-PLT', '-TLM', '-TP', 'R']);
      const { object, structure, image, learned } = await opened(bytes);
      const [full] = image.levels;
      if (!full) throw new Error('no levels');
      object.reset();
      await image.readTile(full, 2, 1);
      const cold = { requests: object.ranges.length, bytes: sum(object.ranges) };
      expect(cold.requests).toBeLessThanOrEqual(20);
      expect(cold.bytes).toBeLessThanOrEqual(0.6 * bytes.length);
      object.reset();
      await image.readTile(full, 2, 1);
      expect(object.ranges).toEqual([]);
      for (let row = 0; row < 4; row++)
        for (let column = 0; column < 6; column++) await image.readTile(full, column, row);
      expect(cold.bytes + sum(object.ranges)).toBeLessThanOrEqual(1.1 * bytes.length);
      // What was learned needs no packet lengths any more, in another life.
      expect(learned).toHaveLength(1);
      const again = jp2Image(structuredClone(learned[0] ?? structure), object.read, { budget: new HeldBudget() });
      object.reset();
      await again.readTile(full, 2, 1);
      expect(object.ranges.length).toBeLessThanOrEqual(20);
    } finally {
      folder.remove();
    }
  },
);

test.skipIf(!hasOpj)(
  'without packet lengths, the file is read once, and never again',
  { timeout: 120_000 },
  async () => {
    const folder = new OpjFolder(
      new URL('../../../demo/images/nuthatch.jpg', import.meta.url),
      SIDE.width,
      SIDE.height,
    );
    try {
      const bytes = await folder.compress('walked.jp2', 'rgb', RPCL);
      const { object, structure, image, learned } = await opened(bytes);
      const [full] = image.levels;
      const smallest = image.levels.at(-1);
      if (!full || !smallest) throw new Error('no levels');
      object.reset();
      await image.readTile(smallest, 0, 0);
      expect(sum(object.ranges)).toBeLessThanOrEqual(0.25 * bytes.length);
      await image.readTile(full, 2, 1);
      expect(sum(object.ranges)).toBeLessThanOrEqual(1.05 * bytes.length);
      const known = learned.at(-1) ?? structure;
      const again = jp2Image(structuredClone(known), object.read, { budget: new HeldBudget() });
      object.reset();
      await again.readTile(full, 2, 1);
      expect(sum(object.ranges)).toBeLessThanOrEqual(0.45 * bytes.length);
      const listed = await folder.compress('listed.jp2', 'rgb', [...RPCL, '-PLT']);
      const other = await opened(listed);
      await other.image.readTile(full, 2, 1);
      expect(known.packets.get(0)?.lengths).toEqual(other.learned[0]?.packets.get(0)?.lengths);
    } finally {
      folder.remove();
    }
  },
);

test.skipIf(!hasOpj)('one tile of a tiled file is its tile-part, in one read', { timeout: 120_000 }, async () => {
  const folder = new OpjFolder(new URL('../../../demo/images/nuthatch.jpg', import.meta.url), SIDE.width, SIDE.height);
  try {
    const bytes = await folder.compress('tiled.jp2', 'rgb', [...RPCL, '-PLT', '-TLM', '-t', '1024,1024']);
    const { object, structure, image } = await opened(bytes);
    const [full] = image.levels;
    if (!full) throw new Error('no levels');
    expect([full.tileWidth, full.tileHeight]).toEqual([1024, 1024]);
    object.reset();
    await image.readTile(full, 1, 1);
    const { offsets, lengths } = structure.parts;
    expect(object.ranges).toEqual([{ offset: offsets[4], length: lengths[4] }]);
  } finally {
    folder.remove();
  }
});

test.skipIf(!hasOpj)(
  'without precincts, the headers of the packets are read, and the code-blocks of the region alone',
  { timeout: 120_000 },
  async () => {
    const folder = new OpjFolder(
      new URL('../../../demo/images/nuthatch.jpg', import.meta.url),
      SIDE.width,
      SIDE.height,
    );
    try {
      const bytes = await folder.compress('blocks.jp2', 'rgb', ['-p', 'RPCL', '-n', '5', '-PLT']);
      const object = countingObject(bytes);
      const structure = await readStructureOf(object.read, bytes.length);
      object.reset();
      const area = { x0: 1024, y0: 512, x1: 1536, y1: 1024 };
      const ours = await decodeArea(unitReader(structure, object.read), structure, area, 0);
      expect(sum(object.ranges)).toBeLessThanOrEqual(0.4 * bytes.length);
      expect(difference(ours, await folder.decompress('blocks.jp2', 'rgb', area, 0))).toBe(0);
    } finally {
      folder.remove();
    }
  },
);

test('the ranges of a resolution, and what is read to find them, are all that its tiles need', async () => {
  const bytes = new Uint8Array(readFileSync(new URL('fixtures/rpcl-plt-tlm.jp2', import.meta.url)));
  const { object, structure } = await opened(bytes);
  const bare = { ...structure, start: undefined };
  for (const { index } of jp2Image(bare, object.read).levels) {
    object.reset();
    const image = jp2Image(bare, object.read, { budget: new HeldBudget() });
    const level = image.levels[index];
    if (!level || !image.readTileRanges) throw new Error('no ranges');
    const found = await image.readTileRanges(level, 0, 0);
    if (index > 0) expect(sum(found)).toBeLessThan(0.9 * bytes.length);
    const kept = new Uint8Array(bytes.length);
    for (const { offset, length } of [...found, ...object.ranges]) kept.fill(1, offset, offset + length);
    const readKept = async (range: ByteRange) => {
      if (kept.subarray(range.offset, range.offset + range.length).includes(0)) throw new Error('not kept');
      return object.read(range);
    };
    await jp2Image(bare, readKept, { budget: new HeldBudget() }).readTile(level, 0, 0);
  }
});
