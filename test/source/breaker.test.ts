import { beforeEach, describe, expect, test } from 'vitest';
import {
  Breaker,
  type BreakerState,
  FAILURES_AT_MOST,
  FIRST_PAUSE,
  LONGEST_PAUSE,
  PROBE_PATIENCE,
} from '../../src/source/breaker.ts';
import { createBreakers, placeOf } from '../../src/source/breakers.ts';
import { LeftAloneError, unreachable } from '../../src/source/failures.ts';
import type { Attempt, OriginSign } from '../../src/source/retry.ts';

let now: number;
let online: boolean;
let told: BreakerState['state'][];
let patience: (() => void)[];
let breaker: Breaker;

beforeEach(() => {
  now = 1_000_000;
  online = true;
  told = [];
  patience = [];
  breaker = new Breaker('https://host', ({ state }) => told.push(state), {
    now: () => now,
    isOnline: () => online,
    sleep: (milliseconds) => {
      expect(milliseconds).toBe(PROBE_PATIENCE);
      return new Promise((resolve) => patience.push(resolve));
    },
  });
});

const { signal } = new AbortController();
const done: Attempt<string> = { kind: 'done', value: 'bytes' };
const failed = (origin: OriginSign): Attempt<string> => ({ kind: 'failed', origin, error: unreachable('why') });

const succeed = () => breaker.run(signal, async () => done);
const fail = (origin: OriginSign = 'down') => breaker.run(signal, async () => failed(origin));

async function failUntilOpen(): Promise<void> {
  for (let count = 0; count < FAILURES_AT_MOST; count++) await fail();
}

/** An attempt that ends when the test says so. */
function held(stop: AbortSignal = signal) {
  let end: (attempt: Attempt<string>) => void = () => undefined;
  let reject: (reason: unknown) => void = () => undefined;
  const attempt = new Promise<Attempt<string>>((resolve, refuse) => {
    end = resolve;
    reject = refuse;
  });
  return { result: breaker.run(stop, () => attempt), end, reject };
}

async function refusal(attempt: Promise<unknown>): Promise<LeftAloneError> {
  const error = await attempt.catch((cause: unknown) => cause);
  if (!(error instanceof LeftAloneError)) throw new Error(`Not refused: ${error}`);
  return error;
}

test('an origin that failed too often in a row is left alone, and the answer says for how long and why', async () => {
  await failUntilOpen();
  const error = await refusal(succeed());
  expect([error.status, error.retryAfter]).toEqual([503, FIRST_PAUSE / 1000]);
  expect(error.message).toMatch(/5 times in a row.*could not be reached.*AllowedOrigins/s);
  expect(() => breaker.throwIfOpen()).toThrow(LeftAloneError);
  expect(breaker.state).toMatchObject({ state: 'open', failures: 5, since: now, retryAt: now + FIRST_PAUSE });
});

test('an answer in between begins the count anew, and so does one without bytes', async () => {
  for (const good of [succeed, () => fail('up'), () => breaker.run(signal, () => Promise.reject(new Error('404')))]) {
    for (let count = 1; count < FAILURES_AT_MOST; count++) await fail();
    await good().catch(() => undefined);
  }
  expect(breaker.state).toMatchObject({ state: 'closed', failures: 0, problem: undefined });
});

test('requests that break together are one failure, those that time out together are as many as they are', async () => {
  const broken = Array.from({ length: 8 }, () => held());
  await Promise.resolve();
  for (const { end } of broken) end(failed('down'));
  await Promise.all(broken.map(({ result }) => result));
  expect(breaker.state).toMatchObject({ state: 'closed', failures: 1 });
  const silent = Array.from({ length: 8 }, () => held());
  await Promise.resolve();
  for (const { end } of silent) end(failed('silent'));
  await Promise.all(silent.map(({ result }) => result));
  expect(breaker.state.state).toBe('open');
});

test('a body that breaks off says nothing of the origin', async () => {
  for (let count = 0; count < 20; count++) await fail('unclear');
  expect(breaker.state).toMatchObject({ state: 'closed', failures: 0 });
});

describe('after the pause', () => {
  beforeEach(async () => {
    await failUntilOpen();
    now += FIRST_PAUSE;
  });

  test('one request tries it, the others wait for it and go on when it is answered', async () => {
    const probe = held();
    let begun = 0;
    const others = Array.from({ length: 3 }, () =>
      breaker.run(signal, async () => {
        begun += 1;
        return done;
      }),
    );
    await Promise.resolve();
    expect([breaker.state.state, begun]).toEqual(['half-open', 0]);
    probe.end(done);
    await Promise.all([probe.result, ...others]);
    expect(begun).toBe(3);
    expect(told).toEqual(['open', 'half-open', 'closed']);
  });

  test('a probe that fails ends the waiting, and doubles the pause up to its bound', async () => {
    const pauses: number[] = [];
    for (let probes = 0; probes < 6; probes++) {
      const probe = held();
      const other = refusal(succeed());
      probe.end(failed('down'));
      await probe.result;
      await other;
      const { retryAt = 0 } = breaker.state;
      pauses.push(retryAt - now);
      now = retryAt;
    }
    expect(pauses).toEqual([4000, 8000, 16_000, 30_000, 30_000, 30_000]);
    expect(Math.max(...pauses)).toBe(LONGEST_PAUSE);
  });

  test('a probe that lasts is not waited for', async () => {
    const probe = held();
    const other = refusal(succeed());
    await Promise.resolve();
    for (const end of patience) end();
    expect((await other).retryAfter).toBe(1);
    expect((await refusal(succeed())).status).toBe(503);
    probe.end(done);
    await probe.result;
    expect((await succeed()).kind).toBe('done');
  });

  test('a probe that is given up leaves it to the next', async () => {
    const stop = new AbortController();
    const probe = held(stop.signal);
    const other = succeed();
    await Promise.resolve();
    stop.abort();
    probe.reject(stop.signal.reason);
    await expect(probe.result).rejects.toBe(stop.signal.reason);
    expect((await other).kind).toBe('done');
    expect(breaker.state.state).toBe('closed');
  });
});

describe('without a network', () => {
  test('failures are not the fault of the origin', async () => {
    online = false;
    for (let count = 0; count < 20; count++) await fail();
    expect(breaker.state).toMatchObject({ state: 'closed', failures: 0 });
  });

  test('an origin that was left alone is asked at once when the network is back', async () => {
    await failUntilOpen();
    breaker.missed();
    breaker.networkIsBack();
    expect([breaker.state.state, breaker.isOut, breaker.isDoubtful]).toEqual(['closed', false, true]);
    expect((await succeed()).kind).toBe('done');
  });

  test('the same where no event tells of it', async () => {
    await failUntilOpen();
    online = false;
    breaker.missed();
    expect(breaker.isOut).toBe(true);
    now += 3 * 3_600_000;
    online = true;
    expect(breaker.isOut).toBe(false);
    expect((await succeed()).kind).toBe('done');
  });
});

test('a clock that was set back ends a pause rather than stretching it', async () => {
  await failUntilOpen();
  now -= 365 * 86_400_000;
  expect((await succeed()).kind).toBe('done');
});

test.each([
  ['https://a/one/scan.tif', 'https://a/one'],
  ['https://a/one/two/scan.tif?x=/y/', 'https://a/one'],
  ['https://a/one/', 'https://a/one'],
  ['https://a/scan.tif', 'https://a'],
  ['https://a', 'https://a'],
  ['local/scan.tif', ''],
])('%s fails with %s', (url, place) => expect(placeOf(url)).toBe(place));

test('each origin has a breaker of its own, and who watches them has no say', async () => {
  const breakers = createBreakers({ now: () => now });
  const seen: BreakerState[] = [];
  breakers.onChange(() => {
    throw new Error('A status page that is broken');
  });
  const end = breakers.onChange((state) => seen.push(state));
  expect(breakers.of('https://a/x.tif')).toBe(breakers.of('https://a/y.tif'));
  expect(breakers.of('https://b/x.tif')).not.toBe(breakers.of('https://a/x.tif'));
  expect(breakers.states().map(({ place }) => place)).toEqual(['https://a', 'https://b']);
  const burden = async () => {
    for (let count = 0; count < FAILURES_AT_MOST; count++) {
      await breakers.of('https://b/x.tif').run(signal, async () => failed('down'));
    }
  };
  await burden();
  expect(seen).toMatchObject([{ place: 'https://b', state: 'open' }]);
  expect(breakers.states()).toMatchObject([{ state: 'closed' }, { state: 'open' }]);
  end();
  now += FIRST_PAUSE;
  await breakers.of('https://b/x.tif').run(signal, async () => done);
  expect(seen).toHaveLength(1);
});
