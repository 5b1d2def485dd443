import { beforeEach, describe, expect, it } from 'vitest';
import { HttpSource } from '../../src/source/http.ts';
import { READ_DEADLINE } from '../../src/source/http-options.ts';
import { LOW_PRIORITY_SLOTS, OriginSlots, SLOTS_PER_ORIGIN } from '../../src/source/origin-slots.ts';
import { ControlledFetch, ControlledSleep, partial, settled } from './controlled.ts';
import { counting } from './range-server.ts';

const object = counting(1000);
const range = { offset: 0, length: 10 };
const answer = () => partial(object.subarray(0, 10), 0, 1000);
let requests: ControlledFetch;
let pauses: ControlledSleep;
let source: HttpSource;

beforeEach(() => {
  requests = new ControlledFetch();
  pauses = new ControlledSleep();
  source = new HttpSource('https://bucket.example/image.tif', {
    fetch: requests.fetch,
    sleep: pauses.sleep,
    slots: new OriginSlots(),
  });
});

describe('readers of the same range', () => {
  it('share one request', async () => {
    const reads = [source.read(range), source.read(range)];
    await settled();
    expect(requests.calls).toHaveLength(1);
    requests.call(0).resolve(answer());
    expect(await Promise.all(reads)).toEqual([object.slice(0, 10), object.slice(0, 10)]);
  });

  it('keep their read when one of them aborts', async () => {
    const impatient = new AbortController();
    const [aborted, kept] = [source.read(range, { signal: impatient.signal }), source.read(range)];
    await settled();
    impatient.abort();
    await expect(aborted).rejects.toThrow('aborted');
    expect(requests.call(0).signal?.aborted).toBe(false);
    requests.call(0).resolve(answer());
    expect(await kept).toHaveLength(10);
  });

  it('abort it together, and who comes after begins anew', async () => {
    const [one, two] = [new AbortController(), new AbortController()];
    const reads = [source.read(range, { signal: one.signal }), source.read(range, { signal: two.signal })];
    await settled();
    one.abort();
    two.abort();
    await settled();
    const later = source.read(range);
    await expect(reads[0]).rejects.toThrow('aborted');
    await expect(reads[1]).rejects.toThrow('aborted');
    await settled();
    expect(requests.call(0).signal?.aborted).toBe(true);
    requests.call(1).resolve(answer());
    expect(await later).toHaveLength(10);
  });

  it('share its failure, and who comes after asks again', async () => {
    const reads = [source.read(range), source.read(range)];
    await settled();
    requests.call(0).resolve(new Response(null, { status: 404 }));
    await expect(reads[0]).rejects.toMatchObject({ status: 404 });
    await expect(reads[1]).rejects.toMatchObject({ status: 404 });
    const later = source.read(range);
    await settled();
    requests.call(1).resolve(answer());
    expect(await later).toHaveLength(10);
  });

  it('begin nothing when they come aborted', async () => {
    await expect(source.read(range, { signal: AbortSignal.abort() })).rejects.toThrow('aborted');
    expect(requests.calls).toHaveLength(0);
  });
});

describe('the deadline', () => {
  it('ends a read that stalls, with 504, and its request', async () => {
    const read = source.read(range);
    await settled();
    expect(pauses.call(0).range).toBe(String(READ_DEADLINE));
    pauses.call(0).resolve();
    await expect(read).rejects.toMatchObject({ status: 504 });
    expect(requests.call(0).signal?.aborted).toBe(true);
  });

  it('is taken back when the read is done', async () => {
    const read = source.read(range);
    await settled();
    requests.call(0).resolve(answer());
    await read;
    expect(pauses.call(0).signal?.aborted).toBe(true);
  });

  it('counts the pauses between attempts', async () => {
    const read = source.read(range);
    await settled();
    requests.call(0).resolve(new Response(null, { status: 503 }));
    await settled();
    expect(pauses.calls).toHaveLength(2);
    pauses.call(0).resolve();
    await expect(read).rejects.toMatchObject({ status: 504 });
    expect(pauses.call(1).signal?.aborted).toBe(true);
  });
});

/** Answers all that is under way, again and again until nothing is. */
async function answerAll(): Promise<void> {
  for (let index = 0; index < requests.calls.length; index++) {
    const { range: asked, resolve } = requests.call(index);
    const offset = Number(/(\d+)-/.exec(asked)?.[1]);
    resolve(partial(object.subarray(offset, offset + 1), offset, 1000));
    await settled();
  }
}

const asked = () => requests.calls.map((call) => Number(/(\d+)-/.exec(call.range)?.[1]));

describe('requests to one origin', () => {
  it('are bounded', async () => {
    const reads = Array.from({ length: 20 }, (_, offset) => source.read({ offset, length: 1 }));
    await settled();
    expect(requests.calls).toHaveLength(SLOTS_PER_ORIGIN);
    await answerAll();
    expect(await Promise.all(reads)).toHaveLength(20);
  });

  it('leave room beside reading ahead', async () => {
    const ahead = Array.from({ length: 5 }, (_, offset) => source.read({ offset, length: 1 }, { priority: 'low' }));
    await settled();
    expect(requests.calls).toHaveLength(LOW_PRIORITY_SLOTS);
    const now = source.read({ offset: 100, length: 1 });
    await settled();
    expect(asked()).toEqual([0, 1, 2, 100]);
    await answerAll();
    await Promise.all([...ahead, now]);
  });

  it('of low priority wait behind those of high priority', async () => {
    const reads = Array.from({ length: 6 }, (_, offset) => source.read({ offset, length: 1 }));
    reads.push(source.read({ offset: 100, length: 1 }, { priority: 'low' }), source.read({ offset: 200, length: 1 }));
    await settled();
    await answerAll();
    await Promise.all(reads);
    expect(asked()).toEqual([0, 1, 2, 3, 4, 5, 200, 100]);
  });

  it('rise when someone in a hurry joins', async () => {
    const reads = Array.from({ length: 4 }, (_, offset) => source.read({ offset, length: 1 }, { priority: 'low' }));
    await settled();
    reads.push(source.read({ offset: 3, length: 1 }));
    await settled();
    expect(asked()).toEqual([0, 1, 2, 3]);
    await answerAll();
    await Promise.all(reads);
  });

  it('that are aborted while they wait are never made', async () => {
    const stop = new AbortController();
    const reads = Array.from({ length: 6 }, (_, offset) => source.read({ offset, length: 1 }));
    const waiting = source.read({ offset: 100, length: 1 }, { signal: stop.signal });
    await settled();
    stop.abort();
    await expect(waiting).rejects.toThrow('aborted');
    await answerAll();
    await Promise.all(reads);
    expect(asked()).not.toContain(100);
  });
});
