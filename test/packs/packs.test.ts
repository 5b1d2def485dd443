import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ImageServerError } from '../../src/errors.ts';
import { SHORTEST_BLOCK } from '../../src/packs/blocks.ts';
import type { PackDesk } from '../../src/packs/desk.ts';
import type { PackKeeper } from '../../src/packs/keeper.ts';
import { KeeperLostError } from '../../src/packs/trouble.ts';
import { verifyBlocks } from '../../src/packs/verify.ts';
import { counting } from '../source/range-server.ts';
import { download, OBJECT, order, type Subject, startSubject, takeBytes } from './subject.ts';

let subject: Subject;
beforeEach(async () => {
  subject = await startSubject();
});
afterEach(() => subject.close());

async function pinned(identifiers: readonly string[] = ['a']): Promise<PackKeeper> {
  const keeper = subject.keeper();
  await order(keeper, 'pack', identifiers);
  await download(keeper, 'pack').done;
  return keeper;
}

async function readAll({ finder }: PackKeeper, identifier = 'a'): Promise<Uint8Array> {
  const source = (await finder.find(identifier))?.open();
  if (!source) throw new Error('Not found');
  return source.read({ offset: 0, length: 10 * OBJECT.length });
}

const one = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

describe('what is pinned', () => {
  test('is fetched once, every byte', async () => {
    const { store } = subject;
    await pinned();
    expect(takeBytes(store)).toBe(OBJECT.length);
  });

  test('is read without its source, also by another life', async () => {
    await pinned();
    await subject.store.close();
    expect(one(await readAll(subject.keeper()))).toBe(one(OBJECT));
    const source = (await subject.keeper().finder.find('a'))?.open();
    const across = { offset: SHORTEST_BLOCK - 10, length: 20 };
    expect(await source?.read(across)).toEqual(OBJECT.slice(across.offset, across.offset + across.length));
  });

  test('is here once all of it has come', async () => {
    const keeper = subject.keeper();
    const source = (await keeper.finder.find('a'))?.open();
    await order(keeper, 'pack', ['a']);
    expect(await source?.isHere?.()).toBe(false);
    await download(keeper, 'pack').done;
    expect(await source?.isHere?.()).toBe(true);
  });

  test('is read without its source by who had opened it before', async () => {
    const keeper = subject.keeper();
    const source = (await keeper.finder.find('a'))?.open();
    await source?.read({ offset: 0, length: 10 });
    await order(keeper, 'pack', ['a']);
    await download(keeper, 'pack').done;
    takeBytes(subject.store);
    expect(await source?.read({ offset: 100_000, length: 50_000 })).toEqual(OBJECT.slice(100_000, 150_000));
    expect(subject.store.ranges).toEqual([]);
  });

  test('stays what it is when the source changes', async () => {
    await pinned();
    subject.store.bytes = counting(200_000);
    subject.store.etag = '"v2"';
    expect(one(await readAll(subject.keeper()))).toBe(one(OBJECT));
  });

  test('is measured without its source', async () => {
    await pinned();
    await subject.store.close();
    const measured = await subject.keeper().desk.measure({ identifier: 'a', content: 'source' });
    expect(measured).toMatchObject({ size: OBJECT.length, bytes: OBJECT.length, held: OBJECT.length });
  });

  test('costs nothing to be pinned again', async () => {
    const keeper = await pinned();
    takeBytes(subject.store);
    await order(keeper, 'other', ['a']);
    const pack = await download(keeper, 'other').done;
    expect(pack.isComplete).toBe(true);
    expect(takeBytes(subject.store)).toBe(0);
    expect((await keeper.desk.room()).used).toBe(OBJECT.length);
  });

  test('stays while another pack wants it, and goes with the last', async () => {
    const keeper = await pinned();
    await order(keeper, 'other', ['a', 'b']);
    await download(keeper, 'other').done;
    await keeper.desk.remove({ id: 'pack' });
    expect((await keeper.desk.room()).used).toBe(2 * OBJECT.length);
    await keeper.desk.remove({ id: 'other' });
    expect(await keeper.desk.list()).toEqual([]);
    expect(await subject.packStore.generations()).toEqual([]);
  });
});

describe('a download', () => {
  test('goes on in another life where the last one ended', async () => {
    const first = subject.keeper();
    await order(first, 'pack', ['a', 'b']);
    const begun = download(first, 'pack');
    for await (const { bytesDone } of begun) if (bytesDone > OBJECT.length / 2) break;
    begun.stop();
    await expect(begun.done).rejects.toThrow('cancelled');
    const second = subject.keeper();
    const [{ held = 0 } = {}] = await second.desk.list();
    expect(held).toBeGreaterThan(OBJECT.length / 2);
    takeBytes(subject.store);
    expect((await download(second, 'pack').done).isComplete).toBe(true);
    expect(takeBytes(subject.store)).toBe(2 * OBJECT.length - held);
  });

  test('tells how far it is until it is there', async () => {
    const keeper = subject.keeper();
    await order(keeper, 'pack', ['a', 'b']);
    const running = download(keeper, 'pack');
    const told = [];
    for await (const progress of running) told.push(progress);
    expect(told[0]).toMatchObject({ state: 'running' });
    expect(told.at(-1)).toMatchObject({
      state: 'complete',
      works: 2,
      worksDone: 2,
      bytes: 2 * OBJECT.length,
      bytesDone: 2 * OBJECT.length,
    });
    const done = told.map(({ bytesDone }) => bytesDone);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
  });

  test('asks for nothing while it is paused', async () => {
    const keeper = subject.keeper();
    await order(keeper, 'pack', ['a']);
    takeBytes(subject.store);
    const running = download(keeper, 'pack');
    running.pause();
    await keeper.desk.list();
    expect(running.progress.state).toBe('paused');
    expect(subject.store.ranges).toEqual([]);
    running.resume();
    expect((await running.done).isComplete).toBe(true);
  });

  test('that is cancelled leaves nothing', async () => {
    const keeper = subject.keeper();
    await order(keeper, 'pack', ['a']);
    const running = download(keeper, 'pack');
    await running.cancel();
    expect(running.progress.state).toBe('cancelled');
    expect(await keeper.desk.list()).toEqual([]);
    expect(await subject.packStore.generations()).toEqual([]);
  });

  test('loses little when the keeper is ended again and again', async () => {
    const large = counting(8_000_000);
    subject.store.bytes = large;
    const keeper = subject.keeper();
    await order(keeper, 'pack', ['a']);
    takeBytes(subject.store);
    let calls = 0;
    // What was read has come from the source, and is lost on the way to who asked for it.
    const read: PackDesk['read'] = async (ask) => {
      const bytes = await keeper.desk.read(ask);
      calls += 1;
      if (calls % 100 === 0) throw new KeeperLostError();
      return bytes;
    };
    const pack = await download({ desk: { ...keeper.desk, read } }, 'pack').done;
    expect(pack.isComplete).toBe(true);
    expect(calls).toBeGreaterThan(200);
    expect(takeBytes(subject.store)).toBeLessThan(1.02 * large.length);
  });

  test('waits for the network and goes on', async () => {
    const keeper = subject.keeper();
    await order(keeper, 'pack', ['a']);
    let waits = 0;
    let reads = 0;
    const read: PackDesk['read'] = (ask) => {
      reads += 1;
      if (reads === 2) return Promise.reject(new ImageServerError(502, 'The source could not be reached.'));
      return keeper.desk.read(ask);
    };
    takeBytes(subject.store);
    const running = download({ desk: { ...keeper.desk, read } }, 'pack');
    running.addEventListener('progress', () => {
      if (running.progress.state === 'waiting') waits += 1;
    });
    expect((await running.done).isComplete).toBe(true);
    expect(waits).toBeGreaterThan(0);
    expect(takeBytes(subject.store)).toBe(OBJECT.length);
  });

  test('says which image can not be had, and has the others', async () => {
    const keeper = subject.keeper();
    await order(keeper, 'pack', ['a', 'b', 'c']);
    subject.store.handler = (request, response) => {
      if (request.url?.startsWith('/b')) response.writeHead(404).end();
      else subject.store.answerRange(request, response);
    };
    const running = download(keeper, 'pack');
    const pack = await running.done;
    expect(running.progress.state).toBe('incomplete');
    expect(pack).toMatchObject({ isComplete: false, held: 2 * OBJECT.length, bytes: 3 * OBJECT.length });
    const missing = pack.works.filter(({ held, bytes }) => held < bytes);
    expect(missing).toMatchObject([{ identifier: 'b', problem: expect.stringContaining('no such image') }]);
  });

  test('begins an image again that changes meanwhile, and mixes nothing', async () => {
    const keeper = subject.keeper();
    await order(keeper, 'pack', ['a']);
    const changed = OBJECT.map((byte) => byte ^ 255);
    const running = download(keeper, 'pack');
    running.addEventListener('progress', () => {
      if (running.progress.bytesDone < 100_000) return;
      subject.store.bytes = changed;
      subject.store.etag = '"v2"';
    });
    const pack = await running.done;
    expect(pack.isComplete).toBe(true);
    await subject.store.close();
    expect(one(await readAll(subject.keeper()))).toBe(one(changed));
    expect(await subject.packStore.generations()).toHaveLength(1);
  });

  test('that is seen to have changed by a reader is not used any more', async () => {
    const keeper = subject.keeper();
    await order(keeper, 'pack', ['a']);
    const running = download(keeper, 'pack');
    for await (const { bytesDone } of running) if (bytesDone > 0) break;
    running.stop();
    await running.done.catch(() => undefined);
    const changed = OBJECT.map((byte) => byte ^ 255);
    subject.store.bytes = changed;
    subject.store.etag = '"v2"';
    await expect(readAll(keeper)).rejects.toThrow('The object changed');
    expect(one(await readAll(keeper))).toBe(one(changed));
    expect((await download(keeper, 'pack').done).isComplete).toBe(true);
    expect(one(await readAll(keeper))).toBe(one(changed));
  });
});

describe('verifying', () => {
  test('finds what is damaged and what is lost, and a download mends it', async () => {
    const keeper = await pinned();
    const [{ generation = '' } = {}] = await keeper.desk.parts({ id: 'pack' });
    const block = await subject.packStore.read(generation, 1);
    if (!block) throw new Error('Not kept');
    block.bytes[17] = (block.bytes[17] ?? 0) ^ 1;
    await subject.packStore.write(generation, 1, block);
    await subject.packStore.remove(generation, [3]);
    expect(await verifyBlocks(keeper.desk, 'pack')).toBe(2);
    expect(await keeper.desk.parts({ id: 'pack' })).toMatchObject([
      {
        missing: [
          { first: 1, end: 2 },
          { first: 3, end: 4 },
        ],
      },
    ]);
    takeBytes(subject.store);
    expect((await download(keeper, 'pack').done).isComplete).toBe(true);
    expect(takeBytes(subject.store)).toBe(2 * SHORTEST_BLOCK);
    expect(await verifyBlocks(keeper.desk, 'pack')).toBe(0);
  });

  test('is not needed for a damaged block not to be shown', async () => {
    const keeper = await pinned();
    const [{ generation = '' } = {}] = await keeper.desk.parts({ id: 'pack' });
    const block = await subject.packStore.read(generation, 0);
    block?.bytes.fill(0);
    if (block) await subject.packStore.write(generation, 0, block);
    expect(one(await readAll(subject.keeper()))).toBe(one(OBJECT));
  });
});

test('what a removal left behind that was cut off goes in the next life', async () => {
  await pinned();
  const digest = new Uint8Array(32);
  await subject.packStore.write('left', 0, { bytes: new Uint8Array(10), digest });
  await subject.keeper().desk.list();
  expect(await subject.packStore.generations()).toHaveLength(1);
});
