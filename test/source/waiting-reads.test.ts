import { beforeEach, describe, expect, it } from 'vitest';
import { HttpSource } from '../../src/source/http.ts';
import { MERGED_LENGTH } from '../../src/source/merge-ranges.ts';
import { OriginSlots, SLOTS_PER_ORIGIN } from '../../src/source/origin-slots.ts';
import type { ReadOptions } from '../../src/source/source.ts';
import { Timing } from '../../src/timing.ts';
import { ControlledFetch, ControlledMoments, ControlledSleep, partial, settled } from './controlled.ts';
import { counting } from './range-server.ts';

const SIZE = 4 * MERGED_LENGTH;
const object = counting(SIZE);

let requests: ControlledFetch;
let moments: ControlledMoments;
let source: HttpSource;
/** Reads that take all slots. */
let running: Promise<Uint8Array>[];
beforeEach(async () => {
  requests = new ControlledFetch();
  moments = new ControlledMoments();
  source = new HttpSource('https://bucket.example/image.tif', {
    known: { size: SIZE, version: 'v1' },
    fetch: requests.fetch,
    sleep: new ControlledSleep().sleep,
    moment: moments.wait,
    slots: new OriginSlots(),
  });
  running = Array.from({ length: SLOTS_PER_ORIGIN }, (_, index) =>
    source.read({ offset: SIZE - 10 - index * 1000, length: 10 }),
  );
  await settled();
});

/** The ranges of the requests that were made when slots became free. */
const asked = () => requests.calls.slice(SLOTS_PER_ORIGIN).map(({ range }) => range.replace('bytes=', ''));
const bytesOf = (offset: number, length: number) => object.slice(offset, offset + length);

/** Reads a range in a moment of its own. Its failure is looked at later. */
async function readAlone(offset: number, length: number, options: ReadOptions = {}) {
  const bytes = source.read({ offset, length }, options);
  bytes.catch(() => undefined);
  await settled();
  for (let count = 0; count < 2; count++) await moments.pass();
  return { bytes };
}

async function answerAll(): Promise<void> {
  for (let index = 0; index < requests.calls.length; index++) {
    const [first = 0, last = 0] = requests.call(index).range.replace('bytes=', '').split('-').map(Number);
    requests.call(index).resolve(partial(object.subarray(first, last + 1), first, SIZE));
    await settled();
  }
  await Promise.all(running);
}

describe('neighbours that wait for a free slot', () => {
  it('are one request when it comes, and each gets exactly its bytes', async () => {
    const timings = [new Timing(), new Timing(), new Timing()];
    const reads = [
      await readAlone(20, 10, { timing: timings[0] }),
      await readAlone(0, 10, { timing: timings[1] }),
      await readAlone(10, 10, { timing: timings[2] }),
    ];
    await answerAll();
    expect(asked()).toEqual(['0-29']);
    expect(await Promise.all(reads.map(({ bytes }) => bytes))).toEqual([20, 0, 10].map((at) => bytesOf(at, 10)));
    expect(timings.reduce((sum, { read }) => sum + read.requests, 0)).toBe(1);
    expect(timings.map(({ read }) => read.bytes)).toEqual([10, 10, 10]);
  });

  it('are no longer request than those asked for together', async () => {
    const half = MERGED_LENGTH / 2;
    for (const index of [0, 1, 2]) await readAlone(index * half, half);
    await answerAll();
    expect(asked()).toEqual([`${2 * half}-${3 * half - 1}`, `0-${2 * half - 1}`]);
  });

  it('stay apart where one of them is in no hurry', async () => {
    await readAlone(0, 10, { priority: 'low' });
    await readAlone(10, 10);
    await answerAll();
    expect(asked()).toEqual(['10-19', '0-9']);
  });

  it('that nobody waits for any more are left out', async () => {
    const stop = new AbortController();
    const left = await readAlone(10, 10, { signal: stop.signal });
    const stays = await readAlone(0, 10);
    stop.abort();
    await answerAll();
    expect(asked()).toEqual(['0-9']);
    await expect(left.bytes).rejects.toThrow('aborted');
    expect(await stays.bytes).toEqual(bytesOf(0, 10));
  });

  it('may be given up on their way without harm to the others; when all are, so is the request', async () => {
    const stops = [new AbortController(), new AbortController()];
    const reads: Awaited<ReturnType<typeof readAlone>>[] = [];
    for (const [index, { signal }] of stops.entries()) reads.push(await readAlone(index * 10, 10, { signal }));
    requests.call(0).resolve(partial(bytesOf(SIZE - 10, 10), SIZE - 10, SIZE));
    await settled();
    expect(asked()).toEqual(['0-19']);
    stops[0]?.abort();
    await expect(reads[0]?.bytes).rejects.toThrow('aborted');
    expect(requests.last().signal?.aborted).toBe(false);
    stops[1]?.abort();
    await expect(reads[1]?.bytes).rejects.toThrow('aborted');
    expect(requests.last().signal?.aborted).toBe(true);
  });

  it('fail together', async () => {
    const reads = [await readAlone(0, 10), await readAlone(10, 10)];
    requests.call(0).resolve(partial(bytesOf(SIZE - 10, 10), SIZE - 10, SIZE));
    await settled();
    requests.last().resolve(new Response('', { status: 403 }));
    for (const { bytes } of reads) await expect(bytes).rejects.toMatchObject({ status: 404 });
  });
});
