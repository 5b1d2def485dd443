import { beforeEach, describe, expect, it } from 'vitest';
import { MOMENTS_AT_MOST } from '../../src/source/gathering.ts';
import { HttpSource } from '../../src/source/http.ts';
import { MERGE_GAP, MERGED_LENGTH } from '../../src/source/merge-ranges.ts';
import type { ObjectFacts } from '../../src/source/object-facts.ts';
import { OriginSlots, SLOTS_PER_ORIGIN } from '../../src/source/origin-slots.ts';
import { SourceChangedError } from '../../src/source/source.ts';
import { Timing } from '../../src/timing.ts';
import { ControlledFetch, ControlledMoments, ControlledSleep, partial, settled } from './controlled.ts';
import { counting } from './range-server.ts';

const SIZE = 8 * MERGED_LENGTH;
const object = counting(SIZE);
/** Far from all others. */
const elsewhere = { offset: SIZE - 10, length: 10 };
let requests: ControlledFetch;
let pauses: ControlledSleep;
let moments: ControlledMoments;
let source: HttpSource;

function open(known: ObjectFacts = { size: SIZE, version: 'v1' }): HttpSource {
  const { sleep } = pauses;
  const { fetch } = requests;
  return new HttpSource('https://bucket.example/image.tif', {
    known,
    fetch,
    sleep,
    moment: moments.wait,
    slots: new OriginSlots(),
    random: () => 0.5,
  });
}

beforeEach(() => {
  requests = new ControlledFetch();
  pauses = new ControlledSleep();
  moments = new ControlledMoments();
  source = open();
});

const asked = () => requests.calls.map(({ range }) => range.replace('bytes=', ''));
const bytesOf = (offset: number, length: number) => object.slice(offset, offset + length);
const read = (offset: number, length: number, options = {}) => source.read({ offset, length }, options);

function answer(index: number): void {
  const [, first = '', last = ''] = /(\d+)-(\d+)/.exec(requests.call(index).range) ?? [];
  requests.call(index).resolve(partial(object.subarray(Number(first), Number(last) + 1), Number(first), SIZE));
}

/** Has something under way, so that reads wait for one another. */
async function busy(): Promise<{ readonly bytes: Promise<Uint8Array> }> {
  const bytes = source.read(elsewhere);
  await settled();
  return { bytes };
}

describe('a read by itself', () => {
  it('goes out without waiting for a moment to pass', async () => {
    const bytes = read(100, 10);
    await settled();
    expect(asked()).toEqual(['100-109']);
    expect(moments.waiting).toBe(0);
    answer(0);
    expect(await bytes).toEqual(bytesOf(100, 10));
  });

  it('goes out so again when the one before is done', async () => {
    for (const index of [0, 1, 2]) {
      const bytes = read(index * 10, 10);
      await settled();
      answer(index);
      await bytes;
    }
    expect(moments.waiting).toBe(0);
  });
});

describe('reads asked for in one turn', () => {
  it('of neighbours are one request, and each gets exactly its bytes', async () => {
    const reads = [read(30, 5), read(0, 10), read(10, 20)];
    await settled();
    expect(asked()).toEqual(['0-34']);
    answer(0);
    expect(await Promise.all(reads)).toEqual([bytesOf(30, 5), bytesOf(0, 10), bytesOf(10, 20)]);
  });

  it('over a gap are given nothing of it', async () => {
    const reads = [read(0, 10), read(10 + MERGE_GAP, 10)];
    await settled();
    expect(asked()).toEqual([`0-${MERGE_GAP + 19}`]);
    answer(0);
    expect(await Promise.all(reads)).toEqual([bytesOf(0, 10), bytesOf(10 + MERGE_GAP, 10)]);
  });

  it('of places apart are requests side by side', async () => {
    const reads = [read(0, 10), read(5000, 10)];
    await settled();
    expect(asked()).toEqual(['0-9', '5000-5009']);
    answer(1);
    answer(0);
    await Promise.all(reads);
  });

  it('can be changed and handed on by their readers', async () => {
    const reads = [read(0, 10), read(10, 10)];
    await settled();
    answer(0);
    const [one, other] = await Promise.all(reads);
    expect(one?.buffer).not.toBe(other?.buffer);
  });

  it('of the same range are read once', async () => {
    const reads = [read(0, 10), read(0, 10), read(10, 10)];
    await settled();
    expect(asked()).toEqual(['0-19']);
    answer(0);
    expect(await Promise.all(reads)).toEqual([bytesOf(0, 10), bytesOf(0, 10), bytesOf(10, 10)]);
  });

  it('of unlike priority stay apart', async () => {
    const reads = [read(0, 10, { priority: 'low' }), read(10, 10)];
    await settled();
    expect(asked()).toEqual(['10-19', '0-9']);
    answer(0);
    answer(1);
    await Promise.all(reads);
  });

  it('stay apart while the size of the object is unknown', async () => {
    source = open({ size: undefined, version: undefined });
    const reads = [read(0, 10), read(10, 10)];
    await settled();
    expect(asked()).toEqual(['0-9', '10-19']);
    answer(0);
    answer(1);
    await Promise.all(reads);
  });
});

describe('reads asked for while others are under way', () => {
  it('wait for a moment, and go together with what comes until then', async () => {
    const { bytes: running } = await busy();
    const reads = [read(0, 10)];
    await settled();
    reads.push(read(10, 10));
    await settled();
    expect(asked()).toHaveLength(1);
    await moments.pass();
    reads.push(read(20, 10));
    await moments.pass();
    await moments.pass();
    expect(asked().slice(1)).toEqual(['0-29']);
    answer(0);
    answer(1);
    await Promise.all([running, ...reads]);
  });

  it('wait no longer than some moments, however many come', async () => {
    const { bytes: running } = await busy();
    const reads = [read(0, 10)];
    await settled();
    for (let passed = 1; passed <= MOMENTS_AT_MOST; passed++) {
      reads.push(read(passed * 10, 10));
      await moments.pass();
    }
    expect(asked().slice(1)).toEqual([`0-${MOMENTS_AT_MOST * 10 + 9}`]);
    answer(0);
    answer(1);
    await Promise.all([running, ...reads]);
  });

  it('are not made when they are aborted in that moment', async () => {
    const { bytes: running } = await busy();
    const stop = new AbortController();
    const [dropped, kept] = [read(0, 10, { signal: stop.signal }), read(10, 10)];
    await settled();
    stop.abort();
    await expect(dropped).rejects.toThrow('aborted');
    await moments.pass();
    await moments.pass();
    expect(asked().slice(1)).toEqual(['10-19']);
    answer(0);
    answer(1);
    await Promise.all([running, kept]);
  });
});

describe('a request for several', () => {
  /** Its body, sent piece by piece. */
  async function streamed(length: number) {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const headers = { 'content-range': `bytes 0-${length - 1}/${SIZE}`, etag: '"v1"', 'content-length': `${length}` };
    requests.call(0).resolve(new Response(readable, { status: 206, headers }));
    return {
      send: async (from: number, to: number) => {
        void writer.write(object.slice(from, to));
        await settled();
      },
      end: () => writer.close(),
      breakOff: () => writer.abort(new TypeError('terminated')),
    };
  }

  function noting(reads: readonly Promise<Uint8Array>[]): number[] {
    const arrived: number[] = [];
    for (const [index, bytes] of reads.entries()) void bytes.then(() => arrived.push(index)).catch(() => undefined);
    return arrived;
  }

  it('hands each its bytes when they have come, before the rest has', async () => {
    const reads = [read(20, 10), read(0, 10), read(10, 10)];
    const arrived = noting(reads);
    await settled();
    const body = await streamed(30);
    await body.send(0, 9);
    expect(arrived).toEqual([]);
    await body.send(9, 15);
    expect(arrived).toEqual([1]);
    await body.send(15, 29);
    expect(arrived).toEqual([1, 2]);
    await body.send(29, 30);
    await body.end();
    expect(await Promise.all(reads)).toEqual([bytesOf(20, 10), bytesOf(0, 10), bytesOf(10, 10)]);
  });

  it('that breaks off is made again for what had not come', async () => {
    const reads = [read(0, 10), read(10, 10), read(20, 10)];
    await settled();
    const body = await streamed(30);
    await body.send(0, 15);
    expect(await reads[0]).toEqual(bytesOf(0, 10));
    await body.breakOff();
    await settled();
    pauses.last().resolve();
    await settled();
    expect(asked()).toEqual(['0-29', '10-29']);
    answer(1);
    expect(await Promise.all(reads)).toEqual([bytesOf(0, 10), bytesOf(10, 10), bytesOf(20, 10)]);
  });

  it('fails for all, and nothing is kept of it', async () => {
    const reads = [read(0, 10), read(10, 10)];
    await settled();
    requests.call(0).resolve(new Response(null, { status: 404 }));
    for (const failed of reads) await expect(failed).rejects.toMatchObject({ status: 404 });
    const again = read(10, 10);
    await settled();
    answer(1);
    expect(await again).toEqual(bytesOf(10, 10));
  });

  it('that finds another version gives none of its bytes to anyone', async () => {
    const reads = [read(0, 10), read(10, 10)];
    await settled();
    requests.call(0).resolve(partial(bytesOf(0, 20), 0, SIZE, { etag: '"v2"' }));
    for (const failed of reads) await expect(failed).rejects.toThrow(SourceChangedError);
  });

  it('takes a whole object in place of a range', async () => {
    source = open({ size: 1000, version: 'v1' });
    const reads = [read(0, 10), read(10, 10)];
    await settled();
    const headers = { etag: '"v1"', 'content-length': '1000' };
    requests.call(0).resolve(new Response(object.slice(0, 1000), { headers }));
    expect(await Promise.all(reads)).toEqual([bytesOf(0, 10), bytesOf(10, 10)]);
  });

  it('goes on when one of its readers aborts, and ends when all have', async () => {
    const [one, two] = [new AbortController(), new AbortController()];
    const reads = [read(0, 10, { signal: one.signal }), read(10, 10, { signal: two.signal })];
    await settled();
    one.abort();
    await expect(reads[0]).rejects.toThrow('aborted');
    await settled();
    expect(requests.call(0).signal?.aborted).toBe(false);
    two.abort();
    await expect(reads[1]).rejects.toThrow('aborted');
    await settled();
    expect(requests.call(0).signal?.aborted).toBe(true);
  });

  it('ends when those have aborted whose bytes had not come', async () => {
    const stop = new AbortController();
    const reads = [read(0, 10), read(10, 10, { signal: stop.signal })];
    await settled();
    const body = await streamed(20);
    await body.send(0, 12);
    await reads[0];
    stop.abort();
    await expect(reads[1]).rejects.toThrow('aborted');
    await settled();
    expect(requests.call(0).signal?.aborted).toBe(true);
  });

  it('is counted once, and its bytes where they went', async () => {
    const [one, two] = [new Timing(), new Timing()];
    const reads = [read(0, 10, { timing: one }), read(20, 10, { timing: two })];
    await settled();
    answer(0);
    await Promise.all(reads);
    expect([one.read, two.read]).toEqual([
      { requests: 1, bytes: 10 },
      { requests: 0, bytes: 20 },
    ]);
  });
});

describe('the queue', () => {
  it('serves what was asked for last first, in its own order', async () => {
    const far = (index: number) => index * 10_000;
    const running = Array.from({ length: SLOTS_PER_ORIGIN }, (_, index) => read(far(index), 10));
    await settled();
    const before = [read(far(10), 10), read(far(11), 10)];
    await settled();
    await moments.pass();
    await moments.pass();
    const after = [read(far(21), 10), read(far(20), 10)];
    await settled();
    await moments.pass();
    await moments.pass();
    for (let index = 0; index < requests.calls.length; index++) {
      answer(index);
      await settled();
    }
    await Promise.all([...running, ...before, ...after]);
    expect(asked().slice(SLOTS_PER_ORIGIN)).toEqual([21, 20, 10, 11].map((n) => `${far(n)}-${far(n) + 9}`));
  });

  it('asks for no more than is still wanted when its turn comes', async () => {
    const running = Array.from({ length: SLOTS_PER_ORIGIN }, (_, index) => read(index * 10_000, 10));
    await settled();
    const stop = new AbortController();
    const waiting = [read(100_000, 10, { signal: stop.signal }), read(100_010, 10)];
    await settled();
    await moments.pass();
    await moments.pass();
    stop.abort();
    await expect(waiting[0]).rejects.toThrow('aborted');
    for (let index = 0; index <= SLOTS_PER_ORIGIN; index++) {
      answer(index);
      await settled();
    }
    await Promise.all([...running, waiting[1]]);
    expect(asked().at(-1)).toBe('100010-100019');
  });
});
