import { beforeEach, describe, expect, it } from 'vitest';
import { HttpSource } from '../../src/source/http.ts';
import { OriginSlots } from '../../src/source/origin-slots.ts';
import { KEPT_BYTES, KEPT_RANGES } from '../../src/source/read-ahead.ts';
import { type ByteRange, SourceChangedError } from '../../src/source/source.ts';
import { Timing } from '../../src/timing.ts';
import { ControlledFetch, ControlledMoments, ControlledSleep, partial, settled } from './controlled.ts';
import { counting } from './range-server.ts';

const SIZE = 4 * KEPT_BYTES;
const object = counting(SIZE);
let requests: ControlledFetch;
let pauses: ControlledSleep;
let moments: ControlledMoments;
let source: HttpSource;

beforeEach(() => {
  requests = new ControlledFetch();
  pauses = new ControlledSleep();
  moments = new ControlledMoments();
  source = new HttpSource('https://bucket.example/image.tif', {
    known: { size: SIZE, version: 'v1' },
    fetch: requests.fetch,
    sleep: pauses.sleep,
    moment: moments.wait,
    slots: new OriginSlots(),
    random: () => 0.5,
  });
});

const LEFT = { offset: 100, length: 10 };
const ASKED = { offset: 110, length: 20 };
const RIGHT = { offset: 130, length: 30 };
const NEIGHBOURS = { ahead: [LEFT, RIGHT] };

const asked = () => requests.calls.map(({ range }) => range.replace('bytes=', ''));
const bytesOf = ({ offset, length }: ByteRange) => object.slice(offset, offset + length);

function answer(index: number): void {
  const [, first = '', last = ''] = /(\d+)-(\d+)/.exec(requests.call(index).range) ?? [];
  requests.call(index).resolve(partial(object.subarray(Number(first), Number(last) + 1), Number(first), SIZE));
}

/** Its body, sent piece by piece. */
async function streamed(index: number) {
  const [, first = '', last = ''] = /(\d+)-(\d+)/.exec(requests.call(index).range) ?? [];
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const headers = { 'content-range': `bytes ${first}-${last}/${SIZE}`, etag: '"v1"' };
  requests.call(index).resolve(new Response(readable, { status: 206, headers }));
  return {
    send: async (from: number, to: number) => {
      void writer.write(object.slice(from, to));
      await settled();
    },
    end: () => writer.close(),
    breakOff: async () => {
      void writer.abort(new TypeError('terminated'));
      await settled();
    },
  };
}

describe('ranges that touch the one asked for', () => {
  it('come with its request, and cost none when they are asked for', async () => {
    const read = source.read(ASKED, NEIGHBOURS);
    await settled();
    expect(asked()).toEqual(['100-159']);
    answer(0);
    expect(await read).toEqual(bytesOf(ASKED));
    expect(await source.read(RIGHT)).toEqual(bytesOf(RIGHT));
    expect(await source.read(LEFT)).toEqual(bytesOf(LEFT));
    expect(asked()).toHaveLength(1);
  });

  it('are handed over once, for they are kept in the cache of answers then', async () => {
    const read = source.read(ASKED, NEIGHBOURS);
    await settled();
    answer(0);
    await read;
    await source.read(RIGHT);
    void source.read(RIGHT);
    await settled();
    expect(asked()).toEqual(['100-159', '130-159']);
  });

  it('do not delay it: it has its bytes when they have come', async () => {
    const read = source.read(ASKED, NEIGHBOURS);
    await settled();
    const body = await streamed(0);
    await body.send(100, 130);
    expect(await read).toEqual(bytesOf(ASKED));
    await body.send(130, 160);
    await body.end();
  });

  it('that are asked for on their way are handed over when they have come', async () => {
    void source.read(ASKED, NEIGHBOURS);
    await settled();
    const reads = [source.read(RIGHT), source.read(LEFT)];
    await settled();
    expect(asked()).toHaveLength(1);
    const body = await streamed(0);
    await body.send(100, 110);
    expect(await reads[1]).toEqual(bytesOf(LEFT));
    await body.send(110, 160);
    await body.end();
    expect(await reads[0]).toEqual(bytesOf(RIGHT));
  });

  it('may be asked for by several, who each get bytes of their own', async () => {
    void source.read(ASKED, NEIGHBOURS);
    await settled();
    const reads = [source.read(RIGHT), source.read(RIGHT)];
    answer(0);
    const [one, other] = await Promise.all(reads);
    expect(one).toEqual(bytesOf(RIGHT));
    expect(other).toEqual(bytesOf(RIGHT));
    expect(one?.buffer).not.toBe(other?.buffer);
    expect(asked()).toHaveLength(1);
  });

  it('are counted with the answer that brought them, and not again', async () => {
    const [first, later] = [new Timing(), new Timing()];
    const read = source.read(ASKED, { ...NEIGHBOURS, timing: first });
    await settled();
    answer(0);
    await read;
    await source.read(RIGHT, { timing: later });
    expect([first.read, later.read]).toEqual([
      { requests: 1, bytes: 60 },
      { requests: 0, bytes: 0 },
    ]);
    expect(later.has('ahead')).toBe(true);
  });
});

describe('nothing is read ahead', () => {
  it('for a reader that nobody waits for', async () => {
    void source.read(ASKED, { ...NEIGHBOURS, priority: 'low' });
    await settled();
    expect(asked()).toEqual(['110-129']);
  });

  it('that would need a request of its own', async () => {
    const far = { offset: 50_000, length: 10 };
    void source.read(ASKED, { ahead: [far] });
    await settled();
    expect(asked()).toEqual(['110-129']);
    void source.read(far);
    await settled();
    await moments.pass();
    await moments.pass();
    expect(asked()).toEqual(['110-129', '50000-50009']);
  });

  it('twice', async () => {
    void source.read(ASKED, NEIGHBOURS);
    await settled();
    void source.read({ offset: 160, length: 10 }, { ahead: [RIGHT] });
    await settled();
    await moments.pass();
    await moments.pass();
    expect(asked()).toEqual(['100-159', '160-169']);
  });
});

describe('a viewer that drops the tile', () => {
  it('before its request is made, has nothing read', async () => {
    const stop = new AbortController();
    const read = source.read(ASKED, { ...NEIGHBOURS, signal: stop.signal });
    stop.abort();
    await expect(read).rejects.toThrow('aborted');
    await settled();
    expect(asked()).toEqual([]);
  });

  it('while its request is on the way, still gets what was read along', async () => {
    const stop = new AbortController();
    const read = source.read(ASKED, { ...NEIGHBOURS, signal: stop.signal });
    await settled();
    stop.abort();
    await expect(read).rejects.toThrow('aborted');
    expect(requests.call(0).signal?.aborted).toBe(false);
    answer(0);
    expect(await source.read(RIGHT)).toEqual(bytesOf(RIGHT));
    expect(asked()).toHaveLength(1);
  });
});

describe('a read ahead that fails', () => {
  it('leaves the tile, once asked for, to a request of its own', async () => {
    const read = source.read(ASKED, NEIGHBOURS);
    await settled();
    const next = source.read(RIGHT);
    requests.call(0).resolve(new Response(null, { status: 404 }));
    await expect(read).rejects.toMatchObject({ status: 404 });
    await settled();
    await moments.pass();
    await moments.pass();
    expect(asked()).toEqual(['100-159', '130-159']);
    answer(1);
    expect(await next).toEqual(bytesOf(RIGHT));
  });

  it('is not tried again: only what was asked for is', async () => {
    const read = source.read(ASKED, NEIGHBOURS);
    await settled();
    const body = await streamed(0);
    await body.send(100, 115);
    await body.breakOff();
    pauses.last().resolve();
    await settled();
    expect(asked()).toEqual(['100-159', '110-129']);
    answer(1);
    expect(await read).toEqual(bytesOf(ASKED));
  });

  it('after the tile has come fails nobody, and ends there', async () => {
    const read = source.read(ASKED, NEIGHBOURS);
    await settled();
    const body = await streamed(0);
    await body.send(100, 140);
    expect(await read).toEqual(bytesOf(ASKED));
    await body.breakOff();
    pauses.last().resolve();
    await settled();
    expect(asked()).toHaveLength(1);
    expect(await source.read(LEFT)).toEqual(bytesOf(LEFT));
  });
});

describe('another version of the object', () => {
  it('makes everything forgotten that was read ahead', async () => {
    const read = source.read(ASKED, NEIGHBOURS);
    await settled();
    answer(0);
    await read;
    const changed = source.read({ offset: 9000, length: 10 });
    await settled();
    requests.call(1).resolve(partial(object.subarray(9000, 9010), 9000, SIZE, { etag: '"v2"' }));
    await expect(changed).rejects.toThrow(SourceChangedError);
    void source.read(RIGHT).catch(() => undefined);
    await settled();
    expect(asked().at(-1)).toBe('130-159');
  });
});

describe('what is kept', () => {
  it('may be read in parts, each a copy', async () => {
    const read = source.read({ offset: 0, length: 1000 }, { keep: true });
    await settled();
    answer(0);
    (await read).fill(0);
    expect(await source.read(ASKED)).toEqual(bytesOf(ASKED));
    (await source.read(ASKED)).fill(0);
    expect(await source.read(ASKED)).toEqual(bytesOf(ASKED));
    expect(asked()).toHaveLength(1);
  });

  it('is bounded in bytes: the oldest go', async () => {
    for (let index = 0; index < 3; index++) {
      const read = source.read({ offset: index * (KEPT_BYTES / 2), length: KEPT_BYTES / 2 }, { keep: true });
      await settled();
      answer(index);
      await read;
    }
    await source.read({ offset: KEPT_BYTES, length: 10 });
    await source.read({ offset: KEPT_BYTES / 2, length: 10 });
    void source.read({ offset: 0, length: 10 });
    await settled();
    expect(asked()).toHaveLength(4);
  });

  it('is bounded in number', async () => {
    for (let index = 0; index <= KEPT_RANGES; index++) {
      const read = source.read({ offset: index * 100, length: 10 }, { keep: true });
      await settled();
      answer(index);
      await read;
    }
    void source.read({ offset: 2, length: 5 });
    await settled();
    expect(asked()).toHaveLength(KEPT_RANGES + 2);
  });

  it('longer than the bound is not kept at all', async () => {
    const read = source.read({ offset: 0, length: KEPT_BYTES + 1 }, { keep: true });
    await settled();
    answer(0);
    await read;
    void source.read({ offset: 0, length: 10 });
    await settled();
    expect(asked()).toHaveLength(2);
  });
});
