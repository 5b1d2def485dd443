import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Breaker } from '../../src/source/breaker.ts';
import { LeftAloneError } from '../../src/source/failures.ts';
import { SourceBusyError, SourceUnreachableError } from '../../src/source/source.ts';
import { makeOrSubstitute } from '../../src/substitute.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const out = new SourceUnreachableError(502, 'out of reach');

function withResolvers() {
  let resolve: (made: string) => void = () => undefined;
  let reject: (cause: unknown) => void = () => undefined;
  const promise = new Promise<string>((keep, fail) => {
    resolve = keep;
    reject = fail;
  });
  return { promise, resolve, reject };
}

/** Something that is made when the test says so. */
function subject({ breaker = new Breaker(''), hasSubstitute = true, isReading = true, isHere = false } = {}) {
  const { promise, resolve, reject } = withResolvers();
  const after: Promise<unknown>[] = [];
  let begun = 0;
  let busy = 0;
  const make = () => {
    begun += 1;
    return promise;
  };
  const result = makeOrSubstitute({
    make,
    substitute: async () => (hasSubstitute ? 'instead' : undefined),
    breaker,
    isReading: () => isReading,
    isHere: async () => isHere,
    waitUntil: (work) => after.push(work),
    onBusy: () => {
      busy += 1;
    },
  });
  return { result, resolve, reject, after, breaker, begun: () => begun, busy: () => busy };
}

const made = { kind: 'made', made: 'real' };
const instead = { kind: 'substitute', substitute: 'instead' };

test('what is made in time is given', async () => {
  const { result, resolve } = subject();
  await vi.advanceTimersByTimeAsync(2000);
  resolve('real');
  expect(await result).toEqual(made);
});

test('what is on this machine is waited for, whatever becomes of the network', async () => {
  const breaker = new Breaker('');
  breaker.missed();
  const { result, resolve } = subject({ breaker, isHere: true });
  await vi.advanceTimersByTimeAsync(60_000);
  resolve('real');
  expect(await result).toEqual(made);
});

test('work on what was read is waited for, however slow the machine is', async () => {
  const { result, resolve } = subject({ isReading: false });
  await vi.advanceTimersByTimeAsync(60_000);
  resolve('real');
  expect(await result).toEqual(made);
});

test('a source that lets one wait is waited for 3 seconds, then 0.3, until it delivers', async () => {
  const first = subject();
  await vi.advanceTimersByTimeAsync(3000);
  expect(await first.result).toEqual(instead);
  const second = subject({ breaker: first.breaker });
  await vi.advanceTimersByTimeAsync(300);
  expect(await second.result).toEqual(instead);
  first.breaker.delivered();
  const third = subject({ breaker: first.breaker });
  await vi.advanceTimersByTimeAsync(2999);
  third.resolve('real');
  expect(await third.result).toEqual(made);
});

test('what is late is made all the same, and its failure harms nobody', async () => {
  const late = subject();
  await vi.advanceTimersByTimeAsync(3000);
  await late.result;
  expect(late.after).toHaveLength(1);
  late.reject(out);
  await Promise.all(late.after);
});

test('a source that failed is not asked for 5 seconds, then once more', async () => {
  const failing = subject();
  failing.reject(out);
  expect(await failing.result).toEqual(instead);
  const soon = subject({ breaker: failing.breaker });
  expect(await soon.result).toEqual(instead);
  expect(soon.begun()).toBe(0);
  await vi.advanceTimersByTimeAsync(5001);
  const later = subject({ breaker: failing.breaker });
  later.resolve('real');
  expect(await later.result).toEqual(made);
});

test('without a substitute the source is asked and waited for, whatever it did before', async () => {
  const breaker = new Breaker('');
  breaker.missed();
  const patient = subject({ breaker, hasSubstitute: false });
  await vi.advanceTimersByTimeAsync(20_000);
  patient.resolve('real');
  expect(await patient.result).toEqual(made);
  const failing = subject({ hasSubstitute: false });
  failing.reject(out);
  await expect(failing.result).rejects.toBe(out);
});

test('an error that is not for want of the source is told', async () => {
  const damaged = new Error('damaged');
  const { result, reject, breaker } = subject();
  reject(damaged);
  await expect(result).rejects.toBe(damaged);
  expect(breaker.isDoubtful).toBe(false);
});

test('it is told whether a source is slow or overloaded, or out of reach', async () => {
  const late = subject();
  await vi.advanceTimersByTimeAsync(3000);
  await late.result;
  expect(late.busy()).toBe(1);

  const gone = subject();
  gone.reject(out);
  await gone.result;
  expect([gone.busy(), gone.breaker.isBusy]).toEqual([0, false]);

  const overloaded = subject();
  overloaded.reject(new SourceBusyError(503, 'overloaded'));
  await overloaded.result;
  const soon = subject({ breaker: overloaded.breaker });
  await soon.result;
  expect([overloaded.busy(), soon.busy(), soon.begun()]).toEqual([1, 1, 0]);
  // A source that is left alone now was overloaded before.
  await vi.advanceTimersByTimeAsync(5001);
  const leftAlone = subject({ breaker: overloaded.breaker });
  leftAlone.reject(new LeftAloneError(5, 2, 'overloaded'));
  await leftAlone.result;
  expect(leftAlone.busy()).toBe(1);
});
