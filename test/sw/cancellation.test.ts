import { beforeEach, expect, it } from 'vitest';
import { CANCELLED, type Cancellation, createCancellation } from '../../sw/cancellation.ts';

const url = 'https://site.example/iiif/3/image/0,0,256,256/256,256/0/default.jpg';
let cancellation: Cancellation;

beforeEach(() => {
  cancellation = createCancellation();
});

/** A request that is answered when the test says so. */
function running(clientId: string, asked = url) {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  const signals: AbortSignal[] = [];
  const done = cancellation.run({ clientId, url: asked }, (signal) => {
    signals.push(signal);
    return promise;
  });
  return {
    get cancelled() {
      return signals[0]?.aborted === true;
    },
    get reason(): unknown {
      return signals[0]?.reason;
    },
    async answer() {
      resolve();
      await done;
    },
  };
}

it('a request that its page cancels is aborted, with an answer in words', () => {
  const request = running('page');
  cancellation.cancel('page', [url]);
  expect(request.cancelled).toBe(true);
  expect(request.reason).toMatchObject({ status: CANCELLED, message: expect.stringContaining('cancelled') });
});

it('a fragment makes no difference', () => {
  const request = running('page', `${url}#part`);
  cancellation.cancel('page', [`${url}#other`]);
  expect(request.cancelled).toBe(true);
});

it('requests of other pages and for other URLs go on', () => {
  const requests = [running('other page'), running('page', `${url}?2`)];
  cancellation.cancel('page', [url]);
  expect(requests.map(({ cancelled }) => cancelled)).toEqual([false, false]);
});

it('equal requests of one page go on until each is cancelled', () => {
  const requests = [running('page'), running('page')];
  cancellation.cancel('page', [url]);
  expect(requests.map(({ cancelled }) => cancelled)).toEqual([false, false]);
  cancellation.cancel('page', [url]);
  expect(requests.map(({ cancelled }) => cancelled)).toEqual([true, true]);
});

it('a cancel for one of two is spent when the first is answered', async () => {
  const [first, second] = [running('page'), running('page')];
  cancellation.cancel('page', [url]);
  await first.answer();
  const third = running('page');
  cancellation.cancel('page', [url]);
  expect([second.cancelled, third.cancelled]).toEqual([false, false]);
});

it('what was answered, or never asked for, is none of its business', async () => {
  const request = running('page');
  await request.answer();
  cancellation.cancel('page', [url, `${url}?2`]);
  expect(request.cancelled).toBe(false);
});

it('a request made after its cancel is answered', () => {
  running('page');
  cancellation.cancel('page', [url]);
  expect(running('page').cancelled).toBe(false);
});
