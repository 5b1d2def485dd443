import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ImageStructure } from '../../src/image/open.ts';
import { libvipsPyramid } from './files.ts';
import { MemoryDerivatives, MemoryIndex } from './stores.ts';
import { type Subject, startSubject } from './subject.ts';

const info = (identifier: string) => `3/${encodeURIComponent(identifier)}/info.json`;
const tile = (identifier: string) => `3/${encodeURIComponent(identifier)}/0,0,256,256/256,256/0/default.jpg`;

let subject: Subject;
beforeAll(async () => {
  subject = await startSubject(await libvipsPyramid(2000, 1500));
});
beforeEach(() => {
  subject.store.handler = undefined;
});
afterAll(() => subject.close());

/** Requests that an answer costs the source. */
async function costOf(answering: Promise<Response>): Promise<number> {
  const before = subject.store.ranges.length;
  expect((await answering).status).toBe(200);
  return subject.store.ranges.length - before;
}

test('an image that is forgotten is read anew, and no other one', async () => {
  const index = new MemoryIndex<ImageStructure>();
  const { ask, server } = subject.start({ index });
  for (const identifier of ['one', 'one two', 'two']) await ask(info(identifier));
  await server.forget({ identifier: 'one' });
  expect([...index.records.keys()].map((url) => url.split('/').at(-1))).toEqual(['one%20two.tif', 'two.tif']);
  expect(await costOf(ask(info('two')))).toBe(0);
  expect(await costOf(ask(info('one two')))).toBe(0);
  expect(await costOf(ask(info('one')))).toBeGreaterThan(0);
});

test('what is known of an image that is not open is forgotten as well', async () => {
  const index = new MemoryIndex<ImageStructure>();
  await subject.start({ index }).ask(info('one'));
  const { ask, server } = subject.start({ index });
  await server.forget({ identifier: 'one' });
  expect(await costOf(ask(info('one')))).toBeGreaterThan(0);
});

test('what is being made of an image that is forgotten is given, and not kept', async () => {
  const cache = new MemoryDerivatives();
  const { ask, server } = subject.start({ cache });
  await ask(info('one'));
  let release = () => {};
  const asked = new Promise<void>((reached) => {
    subject.store.handler = (request, response) => {
      reached();
      release = () => subject.store.answerRange(request, response);
    };
  });
  const making = ask(tile('one'));
  await asked;
  await server.forget({ identifier: 'one' });
  subject.store.handler = undefined;
  release();
  expect((await making).status).toBe(200);
  expect(cache.kept.size).toBe(0);
});

test('of private sources are forgotten those that are meant; what is public stays', async () => {
  const index = new MemoryIndex<ImageStructure>();
  const cache = new MemoryDerivatives();
  const template = `${subject.store.origin}/{id}.tif`;
  const of = (name: string) => template.replace('{id}', `${name}-{id}`);
  const access = { kind: 'bearer' } as const;
  const { ask, server } = subject.start({
    ...{ index, cache },
    sources: {
      open: template,
      maps: { url: of('maps'), access },
      letters: { url: of('letters'), access },
    },
    credentials: () => ({ token: 'good' }),
  });
  const all = ['open:a', 'maps:a', 'letters:a'];
  for (const identifier of all) await ask(tile(identifier));
  const left = () => [...index.records.keys()].map((url) => url.split('/').at(-1));
  const signOut = async (privateSource: string | undefined) => {
    await server.forget({ privateSource });
    await cache.drop({ privateSource });
  };
  expect(cache.kept.size).toBe(3);
  await signOut('maps');
  expect(left()).toEqual(['a.tif', 'letters-a.tif']);
  expect(cache.kept.size).toBe(2);
  await signOut(undefined);
  expect(left()).toEqual(['a.tif']);
  expect([...cache.kept.keys()]).toEqual([expect.stringContaining('open%3Aa')]);
  expect(await costOf(ask(tile('open:a')))).toBe(0);
  expect(await costOf(ask(tile('maps:a')))).toBeGreaterThan(0);
});
