import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { TiledImage } from '../../src/image/image.ts';
import { createEngine, type Engine } from '../../src/render/engine.ts';
import { Timing } from '../../src/timing.ts';
import { serveJobs } from '../../sw/thread-jobs.ts';
import { LentThreads } from '../../sw/threads.ts';
import { loadWasm } from '../codec/load.ts';
import { picture, sharpOf } from '../codec/pictures.ts';
import { answer, engine, imageOf } from '../render/subject.ts';

/** Twelve tiles of 256², more than go into one message. */
const PATH = '10,20,900,700/500,389/0/default.jpg';
const TILES = 12;

let file: Uint8Array;
let image: TiledImage;
let expected: Uint8Array;
beforeAll(async () => {
  file = await sharpOf(picture(1024, 768, 3))
    .tiff({ compression: 'jpeg', tile: true, tileWidth: 256, tileHeight: 256 })
    .toBuffer();
  image = await imageOf(file);
  expected = await answer(image, PATH);
});

/** Called when a thread ends; stands in for the browser's locks, which tell so. */
let ends: (() => void)[] = [];
beforeEach(() => {
  ends = [];
  const request = (_name: string, granted: () => void) => new Promise<void>(() => ends.push(granted));
  vi.stubGlobal('navigator', { hardwareConcurrency: 4, locks: { request } });
});
const ports: MessagePort[] = [];
afterEach(() => {
  for (const port of ports.splice(0)) port.close();
  vi.unstubAllGlobals();
});

/** A thread in this process, over real ports. */
function lend(pool: LentThreads, lent?: Engine) {
  const { port1, port2 } = new MessageChannel();
  ports.push(port1, port2);
  const stop = serveJobs(port2, (memory) => lent ?? createEngine(loadWasm, { memory }));
  pool.add(port1, `lock-${ends.length}`);
  return { stop };
}

/** The image, which tells what is read, and reads a tile only when it may. */
function watched(may: (index: number) => Promise<unknown> = async () => undefined) {
  const reads: { readonly signal: AbortSignal | undefined }[] = [];
  const readTile: TiledImage['readTile'] = async (level, column, row, options) => {
    reads.push({ signal: options?.signal });
    await may(reads.length - 1);
    options?.signal?.throwIfAborted();
    return image.readTile(level, column, row, options);
  };
  return { reads, image: { ...image, readTile } };
}

/** An engine on which nothing is rendered. */
function unused(): Engine {
  return { ...engine, withKernel: () => Promise.reject(new Error('This thread rendered')) };
}

/** An engine that tells when a render gets its kernel. */
function withBeginning(withKernel: Engine['withKernel'], begin: () => void): Engine {
  return {
    ...engine,
    withKernel(bytes, work) {
      if (bytes > 0) begin();
      return withKernel(bytes, work);
    },
  };
}

function signalled(): { readonly given: Promise<void>; give(): void } {
  let give = () => {};
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give: () => give() };
}

describe('a render', () => {
  test('on a lent thread gives what it gives here, and tells its cost', async () => {
    const pool = new LentThreads('potto-sw.js');
    lend(pool);
    const timing = new Timing();
    const { image, reads } = watched();
    expect(await answer(image, PATH, { pool, timing, engine: unused() })).toEqual(expected);
    expect(reads).toHaveLength(TILES);
    expect(timing.header()).toMatch(/^rendered, thread\b.*decode;dur=.*encode;dur=/);
  });

  test('begins on the thread before its last tile is read', async () => {
    const pool = new LentThreads('potto-sw.js');
    const begun = signalled();
    lend(pool, withBeginning(createEngine(loadWasm).withKernel, begun.give));
    const { image } = watched((index) => (index === TILES - 1 ? begun.given : Promise.resolve()));
    expect(await answer(image, PATH, { pool, engine: unused() })).toEqual(expected);
  });

  test('is finished here when the thread ends, without reading a tile again', async () => {
    const pool = new LentThreads('potto-sw.js');
    lend(pool, { ...engine, withKernel: () => new Promise<never>(() => undefined) });
    const { image, reads } = watched(async (index) => {
      if (index === TILES - 1) ends[0]?.();
    });
    const timing = new Timing();
    expect(await answer(image, PATH, { pool, timing })).toEqual(expected);
    expect(timing.has('thread')).toBe(false);
    expect(reads).toHaveLength(TILES);
  });

  test('is finished here when the thread takes jobs from another life of the worker', async () => {
    const pool = new LentThreads('potto-sw.js');
    const begun = signalled();
    const { stop } = lend(
      pool,
      withBeginning(() => new Promise<never>(() => undefined), begun.give),
    );
    const answered = answer(image, PATH, { pool });
    await begun.given;
    stop();
    expect(await answered).toEqual(expected);
  });

  test('of few pixels stays here', async () => {
    const pool = new LentThreads('potto-sw.js');
    lend(pool, unused());
    const timing = new Timing();
    await answer(image, '10,20,100,100/50,50/0/default.jpg', { pool, timing });
    expect(timing.has('thread')).toBe(false);
  });

  test('takes no more memory there than is allowed here', async () => {
    // Three quarters of it are for one answer, and this one needs more.
    const pool = new LentThreads('potto-sw.js', 4 * 2 ** 20);
    lend(pool);
    const refused = answer(image, PATH, { pool, engine: unused() });
    await expect(refused).rejects.toMatchObject({ status: 413, message: expect.stringMatching(/3 MiB are allowed/) });
    const generous = new LentThreads('potto-sw.js', 2 ** 29);
    lend(generous);
    expect(await answer(image, PATH, { pool: generous, engine: unused() })).toEqual(expected);
  });

  test('of damaged tiles fails as it does here', async () => {
    const pool = new LentThreads('potto-sw.js');
    lend(pool);
    const damaged: TiledImage = {
      ...image,
      async readTile(...asked) {
        const tile = await image.readTile(...asked);
        return tile && { ...tile, planes: tile.planes.map((plane) => plane.slice(0, plane.length >> 1)) };
      },
    };
    const here = await answer(damaged, PATH).catch((error: unknown) => error);
    const there = await answer(damaged, PATH, { pool, engine: unused() }).catch((error: unknown) => error);
    expect(here).toMatchObject({ status: 502 });
    expect(there).toEqual(here);
  });
});

describe('a render that was dropped', () => {
  test('is rejected at once, its reads are aborted, and the thread gives it up', async () => {
    const pool = new LentThreads('potto-sw.js');
    const lent = createEngine(loadWasm);
    const [begun, ended] = [signalled(), signalled()];
    const withKernel: Engine['withKernel'] = (bytes, work) =>
      lent.withKernel(bytes, work).finally(() => bytes > 0 && ended.give());
    lend(pool, withBeginning(withKernel, begun.give));
    const stop = new AbortController();
    // Eight tiles arrive, which make a message.
    const { image, reads } = watched((index) => (index < 8 ? Promise.resolve() : new Promise(() => undefined)));
    const dropped = answer(image, PATH, { pool, signal: stop.signal, engine: unused() });
    await begun.given;
    stop.abort(new Error('nobody waits'));
    await expect(dropped).rejects.toThrow('nobody waits');
    expect(reads.every(({ signal }) => signal?.aborted)).toBe(true);
    await ended.given;
    expect(await lent.withKernel(0, async ({ liveRasters }) => liveRasters)).toBe(0);
  });
});

test('threads share the renders, up to four each; the rest stays here', async () => {
  const pool = new LentThreads('potto-sw.js');
  lend(pool);
  lend(pool);
  const timings = Array.from({ length: 10 }, () => new Timing());
  const answers = await Promise.all(timings.map((timing) => answer(image, PATH, { pool, timing })));
  for (const one of answers) expect(Buffer.from(one).equals(expected)).toBe(true);
  expect(timings.filter((timing) => timing.has('thread'))).toHaveLength(8);
});

test('pictures are decoded on a thread, up to sixteen at once', async () => {
  const pool = new LentThreads('potto-sw.js');
  lend(pool);
  const [level] = image.levels;
  if (!level) throw new Error('no level');
  const decode = (column: number, row: number) => {
    const plan = { level, tiles: [{ column, row }] };
    return pool.render({ plan, colour: image.colour, halvings: 0 }, image, { timing: new Timing() });
  };
  const pixels = await Promise.all(Array.from({ length: 20 }, (_, index) => decode(index % 4, index % 3)));
  expect(pixels.map((each) => each?.length)).toEqual([
    ...Array.from({ length: 16 }, () => 256 * 256 * 3),
    ...Array.from({ length: 4 }, () => undefined),
  ]);
});
