import { expect, test } from 'vitest';
import { Admission, type MemoryNeed } from '../../src/render/admission.ts';
import { DEFAULT_MEMORY, LEAST_MEMORY, memoryCap } from '../../src/render/memory-cap.ts';
import { settled } from '../source/controlled.ts';

const LIMIT = 1600;
/** At most a sixteenth is small. */
const SMALL = 100;

/** Work that the test ends; `began` is the names of what has begun, in order. */
function subject(options: Partial<ConstructorParameters<typeof Admission>[0]> = {}) {
  const admission = new Admission({ limit: LIMIT, ...options });
  const began: string[] = [];
  const start = (name: string, need: Partial<MemoryNeed>, asking: Parameters<Admission['run']>[1] = {}) => {
    let end: () => void = () => undefined;
    const ended = admission.run({ bytes: 0, why: 'a test', ...need }, asking, () => {
      began.push(name);
      return new Promise<void>((resolve) => {
        end = resolve;
      });
    });
    ended.catch(() => undefined);
    return { ended, end: () => end() };
  };
  return { admission, began, start };
}

test('what can never fit is 413 at once, with what it needs and what is allowed', async () => {
  const { admission, began, start } = subject({ limit: 100 * 2 ** 20 });
  await expect(start('poster', { bytes: 76 * 2 ** 20, why: '9 pixels' }).ended).rejects.toMatchObject({
    status: 413,
    message: expect.stringMatching(/about 76 MiB of memory \(9 pixels\), 75 MiB are allowed/),
  });
  expect([began, admission.usedBytes]).toEqual([[], 0]);
});

test('what does not fit now waits until it does, and small answers pass it', async () => {
  const { began, start } = subject();
  const first = start('first', { bytes: 1000 });
  start('second', { bytes: 1000 });
  start('tile', { bytes: SMALL });
  await settled();
  expect(began).toEqual(['first', 'tile']);
  first.end();
  await settled();
  expect(began).toEqual(['first', 'tile', 'second']);
});

test('small answers always have a quarter for themselves, and no more while a large one waits', async () => {
  const { admission, began, start } = subject();
  start('large', { bytes: 1200 });
  start('waiting', { bytes: 1200 });
  for (let index = 0; index < 6; index++) start(`tile ${index}`, { bytes: SMALL });
  await settled();
  expect(began).toEqual(['large', 'tile 0', 'tile 1', 'tile 2', 'tile 3']);
  expect(admission.usedBytes).toBe(LIMIT);
});

test('what was asked for together goes in order, and before what is only read ahead', async () => {
  const { began, start } = subject({ now: () => 0 });
  const first = start('first', { bytes: 1000 });
  start('ahead', { bytes: 1000 }, { priority: 'low' });
  const waiting = ['a', 'b', 'c'].map((name) => start(name, { bytes: 1000 }));
  first.end();
  await settled();
  for (const { end } of waiting) {
    end();
    await settled();
  }
  expect(began).toEqual(['first', 'a', 'b', 'c', 'ahead']);
});

test('the latest goes first, but not before who has waited for two seconds', async () => {
  let now = 0;
  const { began, start } = subject({ now: () => now });
  const first = start('first', { bytes: 1000 });
  const oldest = start('oldest', { bytes: 1000 });
  now = 1990;
  start('older', { bytes: 1000 });
  now = 2010;
  start('latest', { bytes: 1000 });
  first.end();
  await settled();
  oldest.end();
  await settled();
  expect(began).toEqual(['first', 'oldest', 'latest']);
});

test('a picture that several answers need counts once, until the last of them ends', async () => {
  const { admission, began, start } = subject();
  const shared = { key: 'picture', bytes: 900 };
  const first = start('first', { bytes: 10, shared });
  const second = start('second', { bytes: 10, shared });
  start('another', { bytes: 10, shared: { key: 'another', bytes: 900 } });
  await settled();
  expect(began).toEqual(['first', 'second']);
  first.end();
  await settled();
  expect(admission.usedBytes).toBe(910);
  second.end();
  await settled();
  expect([began.at(-1), admission.usedBytes]).toEqual(['another', 910]);
});

test('who goes away while waiting leaves its place, and others move up', async () => {
  const { admission, began, start } = subject();
  const first = start('first', { bytes: 1000 });
  const abort = new AbortController();
  const gone = start('gone', { bytes: 1100 }, { signal: abort.signal });
  start('next', { bytes: 500 });
  await settled();
  abort.abort();
  await expect(gone.ended).rejects.toMatchObject({ name: 'AbortError' });
  first.end();
  await settled();
  expect([began, admission.usedBytes]).toEqual([['first', 'next'], 500]);
});

test('what waits in vain is 503 with Retry-After', async () => {
  const { admission, start } = subject({ longestWait: 1 });
  start('first', { bytes: 1000 });
  await expect(start('second', { bytes: 1000 }).ended).rejects.toMatchObject({ status: 503, retryAfter: 5 });
  expect(admission.usedBytes).toBe(1000);
});

test('work that fails gives its memory back', async () => {
  const { admission } = subject();
  const failing = admission.run({ bytes: 5, why: '' }, {}, () => Promise.reject(new Error('damaged')));
  await expect(failing).rejects.toThrow('damaged');
  expect(admission.usedBytes).toBe(0);
});

test('pixels that are kept make room for an answer', async () => {
  const kept = {
    bytes: 1000,
    shrinkTo(bytes: number) {
      kept.bytes = Math.min(kept.bytes, bytes);
    },
  };
  const { start } = subject({ kept });
  start('first', { bytes: 1100 });
  await settled();
  expect(kept.bytes).toBe(500);
});

test('the cap follows the memory that the device tells, and is cautious where it tells none', () => {
  expect(memoryCap({ deviceMemory: 4 })).toBe(2 ** 30);
  expect(memoryCap({ deviceMemory: 64 })).toBe(1.5 * 2 ** 30);
  expect(memoryCap({ deviceMemory: 0.01 })).toBe(LEAST_MEMORY);
  for (const device of [{}, { deviceMemory: 'much' }]) expect(memoryCap(device)).toBe(DEFAULT_MEMORY);
});
