import { afterEach, beforeEach, expect, test } from 'vitest';
import { exportPackFrom } from '../../src/packs/export.ts';
import { importPackTo } from '../../src/packs/import.ts';
import { createPackKeeper, type PackKeeper } from '../../src/packs/keeper.ts';
import { MemoryPackStore } from '../../src/packs/memory-store.ts';
import { headerLength, PREAMBLE } from '../../src/packs/pack-file.ts';
import { PARTS } from '../../src/parts.ts';
import { localFinder } from '../../src/source/local.ts';
import { download, OBJECT, order, type Subject, startSubject } from './subject.ts';

let subject: Subject;
beforeEach(async () => {
  subject = await startSubject();
});
afterEach(() => subject.close());

async function pinned(): Promise<PackKeeper> {
  const keeper = subject.keeper();
  await order(keeper, 'pack', ['a', 'b']);
  await download(keeper, 'pack').done;
  return keeper;
}

async function fileOf({ desk }: PackKeeper): Promise<Uint8Array> {
  return new Uint8Array(await new Response(exportPackFrom(desk, 'pack')).arrayBuffer());
}

const streamOf = (bytes: Uint8Array) => new Blob([new Uint8Array(bytes)]).stream();

test('a machine that never had a network shows what was exported elsewhere', async () => {
  const file = await fileOf(await pinned());
  await subject.store.close();
  const keeper = subject.keeper(new MemoryPackStore());
  const told: number[] = [];
  const pack = await importPackTo(keeper.desk, streamOf(file), {
    onProgress: ({ bytesDone }) => told.push(bytesDone),
  });
  expect(pack).toMatchObject({ id: 'pack', label: 'pack', isComplete: true, bytes: 2 * OBJECT.length });
  expect(told.at(-1)).toBe(2 * OBJECT.length);
  const source = (await keeper.finder.find('b'))?.open();
  expect(Buffer.compare((await source?.read({ offset: 0, length: 1e6 })) ?? OBJECT.slice(1), OBJECT)).toBe(0);
  expect(Buffer.compare(await fileOf(keeper), file)).toBe(0);
});

test('a file of a user goes along to a machine that never had it', async () => {
  // One file: another has another time, and counts as another version.
  const mine = new File([new Uint8Array(OBJECT)], 'x.tif');
  const local = localFinder({ find: async () => undefined }, async () => mine);
  const means = { prefix: '/iiif/', opener: PARTS.opener };
  const here = createPackKeeper({ ...means, finder: local, store: new MemoryPackStore() });
  await order(here, 'pack', ['local/x.tif']);
  await download(here, 'pack').done;
  const without = localFinder({ find: async () => undefined }, async () => undefined);
  const there = createPackKeeper({ ...means, finder: without, store: new MemoryPackStore() });
  expect(await importPackTo(there.desk, streamOf(await fileOf(here)))).toMatchObject({ isComplete: true });
  const source = (await there.finder.find('local/x.tif'))?.open();
  expect(await source?.read({ offset: 70_000, length: 5 })).toEqual(OBJECT.slice(70_000, 70_005));
});

test('an export reads no block before it is wanted', async () => {
  const { desk } = await pinned();
  let blocks = 0;
  const block: typeof desk.block = (ask) => {
    blocks += 1;
    return desk.block(ask);
  };
  const reader = exportPackFrom({ ...desk, block }, 'pack').getReader();
  await reader.read();
  expect(blocks).toBe(0);
  await reader.read();
  expect(blocks).toBe(1);
  await reader.cancel();
});

test('a pack of which something is missing is not exported', async () => {
  const keeper = subject.keeper();
  await order(keeper, 'pack', ['a']);
  await expect(fileOf(keeper)).rejects.toThrow(`${OBJECT.length} bytes of the pack are missing`);
});

test('a file that was altered is refused where it was, and the rest of it can be fetched', async () => {
  const file = await fileOf(await pinned());
  const header = headerLength(file.subarray(0, PREAMBLE));
  const inTheSecondBlock = PREAMBLE + header + 2 * 32 + 65_536 + 5;
  file[inTheSecondBlock] = (file[inTheSecondBlock] ?? 0) ^ 1;
  const keeper = subject.keeper(new MemoryPackStore());
  await expect(importPackTo(keeper.desk, streamOf(file))).rejects.toThrow('block 1 of "a" was altered');
  expect((await keeper.desk.list())[0]).toMatchObject({ held: 65_536, isComplete: false });
  expect((await download(keeper, 'pack').done).isComplete).toBe(true);
});

test('a file that ends too soon, and one that is no pack, say so', async () => {
  const file = await fileOf(await pinned());
  const keeper = subject.keeper(new MemoryPackStore());
  await expect(importPackTo(keeper.desk, streamOf(file.subarray(0, 200_000)))).rejects.toThrow('ends before');
  await expect(importPackTo(keeper.desk, streamOf(OBJECT))).rejects.toThrow('not a pack');
  const long = file.slice(0, 100);
  long[8] = 255;
  await expect(importPackTo(keeper.desk, streamOf(long))).rejects.toThrow('its header would have');
});

test('a header that asks for blocks that no object has is refused', async () => {
  const work = { identifier: 'a', size: 100, blockLength: 65_536, content: 'source', wanted: [{ first: 0, end: 2 }] };
  const json = JSON.stringify({ id: 'x', label: 'x', works: [work], documents: [], foreign: [] });
  const head = Buffer.concat([Buffer.from('POTTOPK1'), Buffer.from([0, 0, 0, json.length]), Buffer.from(json)]);
  const { desk } = subject.keeper(new MemoryPackStore());
  await expect(importPackTo(desk, streamOf(head))).rejects.toThrow('does not tell what is in it');
  expect(await desk.list()).toEqual([]);
});

test('it is not begun where it does not fit', async () => {
  const file = await fileOf(await pinned());
  const { desk } = subject.keeper(new MemoryPackStore());
  const fits = (bytes: number) => Promise.reject(new Error(`No room for ${bytes}`));
  await expect(importPackTo(desk, streamOf(file), { fits })).rejects.toThrow(`No room for ${2 * OBJECT.length}`);
  expect(await desk.list()).toEqual([]);
});
