import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Activity } from '../../src/cache/activity.ts';
import { BoundedStore } from '../../src/cache/bounded-store.ts';
import type { AnswerStore, KeptAnswer } from '../../src/cache/derivatives.ts';
import { entryBytes } from '../../src/cache/entry-bytes.ts';
import { MemoryLedger } from './memory-ledger.ts';
import { shown } from './shown.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const answer = (length = 1000, identifier = 'photo', version = 'v1'): KeptAnswer => ({
  bytes: new Uint8Array(length),
  headers: new Headers(),
  shown: shown({ identifier, version }),
});
const ONE = entryBytes('00', answer());

/** Keeps answers whole, has room for so many of them, and can be told to stand still. */
class MemoryStore implements AnswerStore {
  readonly kept = new Map<string, KeptAnswer>();
  room = Number.POSITIVE_INFINITY;
  /** Called before each change. */
  before: (change: string) => Promise<void> = async () => undefined;

  async match(key: string): Promise<Response | undefined> {
    return this.kept.has(key) ? new Response() : undefined;
  }

  async put(key: string, kept: KeptAnswer): Promise<void> {
    await this.before(`put ${key}`);
    if (this.kept.size >= this.room) throw new DOMException('Full', 'QuotaExceededError');
    this.kept.set(key, kept);
  }

  async delete(key: string): Promise<void> {
    await this.before(`delete ${key}`);
    this.kept.delete(key);
  }

  async clear(): Promise<void> {
    await this.before('clear');
    this.kept.clear();
  }
}

function subject({ budget = 10 * ONE, ledger = new MemoryLedger(), store = new MemoryStore() } = {}) {
  const activity = new Activity();
  const bounded = new BoundedStore({ store, ledger, activity, budget: async () => budget });
  return {
    store,
    ledger,
    activity,
    bounded,
    /** Another life of the worker, with what is on disk. */
    restart: () => subject({ budget, ledger, store }),
    async put(...keys: string[]) {
      for (const key of keys) {
        // Each a millisecond later than the one before.
        await vi.advanceTimersByTimeAsync(1);
        await bounded.put(key, answer());
      }
    },
  };
}

const keys = (count: number, from = 0) => Array.from({ length: count }, (_, i) => String(from + i).padStart(2, '0'));

/** Everything that waits for its time. */
const settle = () => vi.advanceTimersByTimeAsync(5000);

describe('the budget', () => {
  test('is kept: from 100 % on what was not used for longest goes, down to 80 %', async () => {
    const { store, ledger, put, bounded } = subject();
    await put(...keys(10));
    await settle();
    expect(store.kept.size).toBe(10);
    bounded.note('00', 'photo', true);
    await settle();
    await put('10');
    // The eleventh exceeds even what is admitted while room is made: it isn't kept.
    expect(store.kept.has('10')).toBe(false);
    expect(ledger.entries.size).toBe(10);
  });

  test('gives way to what counts more: so much goes, and no more comes than is left', async () => {
    const { store, put, bounded } = subject();
    await put(...keys(8));
    await settle();
    const giveWay = async (bytes: number) => {
      const [freed] = await Promise.all([bounded.giveWay(bytes), settle()]);
      return freed;
    };
    expect(await giveWay(3 * ONE)).toBe(3 * ONE);
    expect([...store.kept.keys()]).toEqual(keys(5, 3));
    await put('08');
    await settle();
    expect(store.kept.size).toBeLessThanOrEqual(5);
    expect(await giveWay(100 * ONE)).toBeGreaterThan(0);
    expect(store.kept.size).toBe(0);
    expect(await giveWay(ONE)).toBe(0);
  });

  test('goes down to 80 %, the oldest use first', async () => {
    const { store, ledger, put, bounded } = subject({ budget: 9.9 * ONE });
    await put(...keys(9));
    bounded.note('00', 'photo', true);
    await settle();
    await put('09');
    await settle();
    expect([...store.kept.keys()].sort()).toEqual(['00', '04', '05', '06', '07', '08', '09']);
    expect([...ledger.entries.keys()].sort()).toEqual([...store.kept.keys()].sort());
    expect((await bounded.tally()).bytes).toBeLessThanOrEqual(0.8 * 9.9 * ONE);
  });

  test('nothing is evicted while something is being answered', async () => {
    const { store, activity, put } = subject({ budget: 9.9 * ONE });
    let end = () => {};
    void activity.during(new Promise<void>((resolve) => (end = resolve)));
    await put(...keys(10));
    await settle();
    expect(store.kept.size).toBe(10);
    end();
    await settle();
    expect(store.kept.size).toBe(7);
  });

  test('an answer that is larger than all of it is not kept, and drives nothing out', async () => {
    const { store, bounded, put } = subject();
    await put('00');
    await bounded.put('large', answer(20 * ONE));
    await settle();
    expect([...store.kept.keys()]).toEqual(['00']);
  });

  test('a hit costs no write: those of a second are written together', async () => {
    const { ledger, bounded, put } = subject();
    await put(...keys(5));
    await settle();
    const before = ledger.writes;
    for (const key of keys(5)) bounded.note(key, 'photo', true);
    expect(ledger.writes).toBe(before);
    await settle();
    expect(ledger.writes).toBe(before + 1);
  });

  test('answers that are prepared together are written down in one transaction', async () => {
    const { ledger, bounded } = subject();
    await bounded.tally();
    const before = ledger.writes;
    await bounded.prepare(new Map(keys(5).map((key) => [key, answer()])));
    for (const key of keys(5)) await bounded.put(key, answer());
    expect(ledger.writes).toBe(before + 1);
  });
});

describe('storage without room', () => {
  test('leads to eviction and another attempt, and what fits from now on is the budget', async () => {
    const { store, bounded, put } = subject({ budget: 100 * ONE });
    store.room = 10;
    await put(...keys(10));
    const full = put('10');
    await settle();
    await full;
    expect(store.kept.has('10')).toBe(true);
    expect(store.kept.size).toBeLessThanOrEqual(10);
    expect(store.kept.has('00')).toBe(false);
    expect(bounded.budget).toBeLessThanOrEqual(11 * ONE);
  });

  test('that eviction does not help is left in peace for a while', async () => {
    const { store, bounded, put } = subject({ budget: 100 * ONE });
    await put(...keys(20));
    await settle();
    store.room = 0;
    for (const key of keys(20, 20)) {
      const failing = bounded.put(key, answer()).catch(() => undefined);
      await vi.advanceTimersByTimeAsync(100);
      await failing;
    }
    expect(store.kept.size).toBeGreaterThanOrEqual(15);
    store.room = 100;
    await vi.advanceTimersByTimeAsync(10_000);
    await put('99');
    expect(store.kept.has('99')).toBe(true);
  });

  test('that takes nothing at all is accounted for by nothing', async () => {
    const { store, ledger, bounded } = subject();
    store.room = 0;
    const put = expect(bounded.put('00', answer())).rejects.toThrow('Full');
    await settle();
    await put;
    await settle();
    expect(ledger.entries.size).toBe(0);
    expect(ledger.unsettled.size).toBe(0);
  });
});

describe('a life that ends', () => {
  /** Never gets beyond the change: as if killed before it. */
  const killedBefore = (store: MemoryStore, fatal: string) =>
    new Promise<void>((killed) => {
      store.before = (change) => {
        if (change !== fatal) return Promise.resolve();
        killed();
        return new Promise(() => undefined);
      };
    });

  test('before an answer is stored leaves nothing in the ledger', async () => {
    const { store, ledger, bounded, restart } = subject();
    const killed = killedBefore(store, 'put 01');
    void bounded.prepare(new Map(keys(2).map((key) => [key, answer()])));
    for (const key of keys(2)) void bounded.put(key, answer());
    await killed;
    expect(ledger.entries.size).toBe(2);
    store.before = async () => undefined;
    const again = restart();
    expect(await again.bounded.tally()).toMatchObject({ entries: 1, bytes: ONE });
    expect([...ledger.entries.keys()]).toEqual([...store.kept.keys()]);
    expect(ledger.unsettled.size).toBe(0);
  });

  test('before it is noted that an answer was stored loses nothing', async () => {
    const { store, ledger, put, restart } = subject();
    await put('00');
    expect(ledger.unsettled.size).toBe(1);
    const again = restart();
    expect(await again.bounded.tally()).toMatchObject({ entries: 1 });
    expect([...store.kept.keys()]).toEqual(['00']);
    expect(ledger.unsettled.size).toBe(0);
  });

  test('in the midst of an eviction has it done to its end by the next one', async () => {
    const { store, ledger, put, restart } = subject({ budget: 9.9 * ONE });
    const killed = killedBefore(store, 'delete 01');
    await put(...keys(10));
    const running = settle();
    await killed;
    await running;
    expect(store.kept.has('01')).toBe(true);
    expect(ledger.entries.has('01')).toBe(false);
    store.before = async () => undefined;
    const again = restart();
    await again.bounded.tally();
    expect([...store.kept.keys()].sort()).toEqual([...ledger.entries.keys()].sort());
    expect(ledger.unsettled.size).toBe(0);
  });

  test('while everything is dropped has it dropped by the next one', async () => {
    const { store, put, bounded, restart } = subject();
    await put(...keys(3));
    const killed = killedBefore(store, 'clear');
    void bounded.clear();
    await killed;
    expect(store.kept.size).toBe(3);
    store.before = async () => undefined;
    expect(await restart().bounded.tally()).toMatchObject({ entries: 0 });
    expect(store.kept.size).toBe(0);
  });

  test('without a ledger, as before there was one, leaves a store that is cleared', async () => {
    const store = new MemoryStore();
    store.kept.set('unaccounted', answer());
    await subject({ store }).put('00');
    expect([...store.kept.keys()]).toEqual(['00']);
  });
});

describe('dropping', () => {
  test('an image leaves the others, and resolves when it is gone', async () => {
    const { store, bounded } = subject({ budget: 500 * ONE });
    for (const key of keys(70)) await bounded.put(key, answer(1000, 'one'));
    await bounded.put('other', answer(1000, 'other'));
    const dropped = bounded.drop({ identifier: 'one' });
    await vi.advanceTimersByTimeAsync(100);
    await dropped;
    expect([...store.kept.keys()]).toEqual(['other']);
    expect(await bounded.tally('one')).toMatchObject({ entries: 0, bytes: 0 });
    expect(await bounded.tally()).toMatchObject({ entries: 1 });
  });

  test('a version leaves what came after it', async () => {
    const { store, bounded } = subject();
    await bounded.put('old', answer(1000, 'photo', 'v1'));
    await bounded.put('new', answer(1000, 'photo', 'v2'));
    const dropped = bounded.drop({ identifier: 'photo', version: 'v1' });
    await vi.advanceTimersByTimeAsync(100);
    await dropped;
    expect([...store.kept.keys()]).toEqual(['new']);
  });

  test('what was prepared and not yet stored is prepared anew', async () => {
    const { store, ledger, bounded } = subject();
    await bounded.prepare(new Map([['00', answer()]]));
    await bounded.clear();
    await bounded.put('00', answer());
    expect([...store.kept.keys()]).toEqual([...ledger.entries.keys()]);
  });
});

test('a ledger that fails keeps answers from being stored, and nothing else', async () => {
  const ledger = new MemoryLedger();
  ledger.state = () => Promise.reject(new Error('The database is gone'));
  const { store, bounded } = subject({ ledger });
  await expect(bounded.put('00', answer())).rejects.toThrow('gone');
  expect(store.kept.size).toBe(0);
  expect(await bounded.match('00')).toBeUndefined();
});
