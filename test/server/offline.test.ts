import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { ImageStructure } from '../../src/image/open.ts';
import { psnr, reference } from '../codec/pictures.ts';
import type { Handler } from '../source/range-server.ts';
import { libvipsPyramid } from './files.ts';
import { MemoryDerivatives, MemoryIndex } from './stores.ts';
import { type Subject, startSubject, takeRanges } from './subject.ts';

const INFO = '3/photo/info.json';
/** A quarter of the image at a quarter of its resolution, at half of it, and at all of it. */
const WHOLE = '3/photo/full/256,256/0/default.jpg';
const QUARTER = '3/photo/512,0,512,512/256,256/0/default.jpg';
const SHARP = '3/photo/512,256,256,256/256,256/0/default.jpg';

const dead: Handler = (request) => request.socket.destroy();
const troubled: Handler = (_, response) => response.writeHead(500).end();

let subject: Subject;
let cache: MemoryDerivatives;
let index: MemoryIndex<ImageStructure>;
beforeAll(async () => {
  subject = await startSubject(await libvipsPyramid(1024, 1024));
});
beforeEach(() => {
  cache = new MemoryDerivatives();
  index = new MemoryIndex();
  Object.assign(subject.store, { etag: '"v1"', handler: undefined });
});
afterAll(() => subject.close());

/** What the answer is when the source can be reached, and nothing is cached. */
async function real(path: string) {
  const { handler } = subject.store;
  subject.store.handler = undefined;
  const answer = await subject.start().ask(path);
  subject.store.handler = handler;
  return reference(new Uint8Array(await answer.arrayBuffer()));
}

const shownBy = async (answer: Response) => reference(new Uint8Array(await answer.arrayBuffer()));

/** A server that has answered these, and whose source then begins to answer in another manner. */
async function cutOff(paths: readonly string[], handler: Handler = dead, options = {}) {
  const running = subject.start({ cache, index, ...options });
  for (const path of paths) expect((await running.ask(path)).status).toBe(200);
  subject.store.handler = handler;
  takeRanges(subject.store);
  // What was confirmed in this very millisecond isn't asked about again.
  const now = Date.now();
  await vi.waitUntil(() => Date.now() > now, { interval: 1 });
  return running;
}

describe.each([
  ['can not be reached', dead],
  ['answers 500', troubled],
])('while the source %s', (_, handler) => {
  test('what is not cached is made from the finest answer that shows it, marked, and not kept', async () => {
    const { ask } = await cutOff([WHOLE, QUARTER], handler);
    const kept = cache.kept.size;
    const answer = await ask(SHARP);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-potto')).toBe('degraded');
    expect(answer.headers.get('access-control-expose-headers')).toContain('X-Potto');
    expect(answer.headers.get('server-timing')).toContain('degraded');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('etag')).toBeNull();
    expect(answer.headers.get('content-type')).toBe('image/jpeg');
    expect(cache.kept.size).toBe(kept);
    expect(psnr(await shownBy(answer), await real(SHARP))).toBeGreaterThan(26);
  });

  test('what nothing cached shows is an error, as it is without a cache', async () => {
    const { ask } = await cutOff([INFO, SHARP], handler);
    const answer = await ask('3/photo/0,768,256,256/256,256/0/default.jpg');
    expect(answer.status).toBe(502);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  test('nothing is made up where that is switched off', async () => {
    const { ask } = await cutOff([WHOLE], handler, { degrade: false });
    expect((await ask(SHARP)).status).toBe(502);
  });

  test('an image that is not known is an error', async () => {
    const { ask } = await cutOff([WHOLE], handler);
    expect((await ask(SHARP.replace('photo', 'other'))).status).toBe(502);
  });
});

describe('a degraded answer', () => {
  test.each([
    ['in another format', '3/photo/512,256,256,256/256,256/0/default.png'],
    ['turned', '3/photo/512,256,256,256/256,256/90/default.jpg'],
    ['mirrored', '3/photo/512,256,256,256/256,256/!0/default.jpg'],
    ['in grey', '3/photo/512,256,256,256/256,256/0/gray.jpg'],
    ['of an odd region', '3/photo/601,133,217,301/217,301/0/default.jpg'],
    ['of version 2', '2/photo/512,256,256,256/256,/0/default.jpg'],
  ])('%s shows the right place the right way', async (_, path) => {
    const { ask } = await cutOff([WHOLE]);
    const answer = await ask(path);
    expect(answer.headers.get('x-potto')).toBe('degraded');
    expect(psnr(await shownBy(answer), await real(path))).toBeGreaterThan(20);
  });

  test('is given at once while the source failed a moment ago', async () => {
    const { ask } = await cutOff([WHOLE]);
    await ask(SHARP);
    expect(takeRanges(subject.store).length).toBeGreaterThan(0);
    const answer = await ask(SHARP.replace('256,256,256/', '512,256,256/'));
    expect(answer.headers.get('x-potto')).toBe('degraded');
    expect(takeRanges(subject.store)).toEqual([]);
  });

  test('never shows what other options have hidden since', async () => {
    const { ask } = await cutOff([WHOLE]);
    expect((await ask(SHARP)).status).toBe(200);
    const redacted = subject.start({
      cache,
      index,
      rendering: { redactions: [{ x: 0, y: 0, width: 1024, height: 1024 }] },
    });
    expect((await redacted.ask(SHARP)).status).toBe(502);
  });

  test('is not made from turned or colourless answers, nor from another page', async () => {
    const { ask } = await cutOff([INFO, WHOLE.replace('/0/', '/90/'), WHOLE.replace('default', 'gray')]);
    expect((await ask(SHARP)).status).toBe(502);
  });

  test('passes over an answer that can not be read', async () => {
    const { ask } = await cutOff([WHOLE, QUARTER]);
    for (const key of cache.kept.keys()) if (key.includes('512,0,512,512')) cache.kept.set(key, new Response('torn'));
    const answer = await ask(SHARP);
    expect(answer.headers.get('x-potto')).toBe('degraded');
  });

  test('gives way to the real one once the source is back', async () => {
    const { ask } = await cutOff([WHOLE]);
    expect((await ask(SHARP)).headers.get('x-potto')).toBe('degraded');
    subject.store.handler = undefined;
    // Another life has no memory of the failure.
    const answer = await subject.start({ cache, index }).ask(SHARP);
    expect(answer.headers.get('x-potto')).toBeNull();
    expect(cache.kept.size).toBe(2);
  });
});

describe('what is cached', () => {
  test('is given, and marked, when its version can not be confirmed', async () => {
    const options = { revalidateAfter: 0, cacheControl: 'max-age=3600' };
    const { ask } = await cutOff([INFO, WHOLE], dead, options);
    for (const path of [WHOLE, INFO]) {
      const answer = await ask(path);
      expect(answer.status).toBe(200);
      expect(answer.headers.get('x-potto')).toBe('offline');
      expect(answer.headers.get('server-timing')).toContain('offline');
      expect(answer.headers.get('cache-control')).toBe('no-cache');
    }
  });

  test('is not asked about again by each answer', async () => {
    const { ask } = await cutOff([INFO, WHOLE], dead, { revalidateAfter: 0 });
    await ask(WHOLE);
    takeRanges(subject.store);
    for (const path of [WHOLE, INFO, WHOLE]) await ask(path);
    expect(takeRanges(subject.store)).toEqual([]);
  });

  test('is not marked once its version is confirmed again', async () => {
    const { ask } = await cutOff([WHOLE], dead, { revalidateAfter: 0 });
    expect((await ask(WHOLE)).headers.get('x-potto')).toBe('offline');
    subject.store.handler = undefined;
    const again = await subject.start({ cache, index, revalidateAfter: 0 }).ask(WHOLE);
    expect(again.headers.get('x-potto')).toBeNull();
    expect(again.headers.get('server-timing')).toContain('hit');
  });

  test('of a version that is no more is dropped', async () => {
    const { ask } = subject.start({ cache, index, revalidateAfter: 0 });
    await ask(WHOLE);
    expect(cache.kept.size).toBe(1);
    subject.store.etag = '"v2"';
    await ask(QUARTER);
    expect([...cache.kept.keys()].map((key) => key.includes('512,0'))).toEqual([true]);
  });
});
