import { inspect } from 'node:util';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Credentials, CredentialsProvider } from '../../src/access/credentials.ts';
import type { AnswerReport, ImageServerOptions } from '../../src/options.ts';
import { createImageServer } from '../../src/server.ts';
import type { Access } from '../../src/source/access.ts';
import { loadWasm } from '../codec/load.ts';
import { cog } from '../server/files.ts';
import { MemoryDerivatives, MemoryIndex } from '../server/stores.ts';
import {
  type Guard,
  type PrivateStore,
  startPrivateStore,
  withHeader,
  withSignature,
  withSignedQuery,
} from './private-store.ts';

const SECRET = 'wJalrXUtnFEMI-never-to-be-seen';
const KEYS = { accessKeyId: 'AKIDPRIVATE', secretAccessKey: SECRET, sessionToken: `token-${SECRET}` };
const S3: Access = { kind: 's3', region: 'eu-west-1' };
const INFO = '3/photo/info.json';
const TILE = '3/photo/0,0,256,256/256,256/0/default.jpg';

let file: Uint8Array;
const stores: PrivateStore[] = [];
beforeAll(async () => {
  file = await cog('teal');
});
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close();
});

async function startStore(guard: Guard): Promise<PrivateStore> {
  const store = await startPrivateStore(file, guard);
  stores.push(store);
  return store;
}

function start(store: PrivateStore, access: Access, options: Partial<ImageServerOptions> = {}) {
  const cache = new MemoryDerivatives();
  const index = new MemoryIndex<never>();
  const reports: AnswerReport[] = [];
  const needed: string[] = [];
  const server = createImageServer({
    sources: { url: `${store.origin}/bucket/{id}.tif`, access },
    wasm: loadWasm,
    cache,
    onAnswer: (report) => reports.push(report),
    onSignInNeeded: (source, status) => needed.push(`${source}:${status}`),
    ...options,
  });
  const ask = async (path: string) => {
    const after: Promise<unknown>[] = [];
    const request = new Request(`https://potto.example/iiif/${path}`);
    const answer = await server.fetch(request, { waitUntil: (work) => after.push(work) });
    const text = await answer.clone().text();
    await Promise.all(after);
    return { status: answer.status, text, headers: [...answer.headers].join('\n') };
  };
  /** Everything that anybody could write down. */
  const seen = () => inspect([reports, [...cache.kept], [...index.records]], { depth: 20, showHidden: true });
  return { ask, reports, needed, cache, server, seen };
}

const given =
  (credentials: Credentials): CredentialsProvider =>
  () =>
    credentials;

describe('a private source', () => {
  const token = { token: SECRET };
  const login = { username: 'Zoë', password: SECRET };
  const basic = `Basic ${Buffer.from(`Zoë:${SECRET}`).toString('base64')}`;
  test.each<[string, Access, Guard, Credentials | undefined]>([
    ['by a signature', S3, withSignature(() => KEYS, 'eu-west-1'), KEYS],
    ['by a token', { kind: 'bearer' }, withHeader(() => `Bearer ${SECRET}`), token],
    ['by a password', { kind: 'basic' }, withHeader(() => basic), login],
    [
      'by presigned URLs',
      { kind: 'presigned', sign: (url) => `${url}?signature=${SECRET}` },
      withSignedQuery(() => SECRET),
      undefined,
    ],
  ])('is read %s, of which nothing is seen', async (_, access, guard, credentials) => {
    const store = await startStore(guard);
    const { ask, seen, needed } = start(store, access, credentials ? { credentials: given(credentials) } : {});
    const answers = [await ask(INFO), await ask(TILE)];
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(store.requests.map(({ status }) => status)).toEqual([206, 206]);
    store.guard = () => 403;
    const refused = await ask('3/photo/512,512,256,256/256,256/0/default.jpg');
    expect(refused.status).toBe(403);
    expect(needed).toEqual([':403']);
    for (const shown of [...answers, refused].map((answer) => inspect(answer))) expect(shown).not.toContain(SECRET);
    expect(seen()).not.toContain(SECRET);
    expect(seen()).not.toContain('signature=');
  });

  test.each([
    ['a space and more', "Größe 1 (a+b)*!'~"],
    ['slashes and percent signs', 'a/b%2Fc/100%'],
    ['a question mark and a hash', 'what?#&='],
  ])('signs keys with %s', async (_, identifier) => {
    const store = await startStore(withSignature(() => KEYS, 'eu-west-1'));
    const { ask } = start(store, S3, { credentials: given(KEYS) });
    expect((await ask(`3/${encodeURIComponent(identifier)}/info.json`)).status).toBe(200);
  });

  test('is signed without the range', async () => {
    const store = await startStore(withSignature(() => KEYS, 'eu-west-1'));
    await start(store, S3, { credentials: given(KEYS) }).ask(TILE);
    for (const { headers } of store.requests) {
      expect(headers.range).toMatch(/^bytes=/);
      expect(headers.authorization).not.toMatch(/SignedHeaders=[^,]*range/);
    }
  });

  test('is asked once more with other credentials when it refuses those, whatever status says so', async () => {
    for (const status of [400, 401, 403]) {
      let current = { ...KEYS, sessionToken: 'old' };
      const good = withSignature(() => KEYS, 'eu-west-1');
      const store = await startStore((request) => (good(request) === undefined ? undefined : status));
      const reasons: string[] = [];
      const { ask, needed } = start(store, S3, {
        credentials({ reason }) {
          reasons.push(reason);
          const now = current;
          current = KEYS;
          return now;
        },
      });
      expect((await ask(TILE)).status).toBe(200);
      expect(reasons).toEqual(['missing', 'refused']);
      expect(store.requests[0]?.status).toBe(status);
      expect(needed).toEqual([]);
    }
  });

  test('that refuses all credentials is a 401 in words, and says so', async () => {
    const store = await startStore(() => 401);
    const { ask, needed } = start(store, { kind: 'bearer' }, { credentials: given({ token: SECRET }) });
    const { status, text } = await ask(TILE);
    expect(status).toBe(401);
    expect(text).toMatch(/Sign in/);
    expect(text).not.toMatch(/127\.0\.0\.1|words of the source/);
    expect(needed).toEqual([':401']);
    expect(store.requests).toHaveLength(1);
  });

  test('that nobody is signed in to is not asked', async () => {
    const store = await startStore(() => undefined);
    const { ask, needed } = start(store, { kind: 'bearer' });
    expect(await ask(INFO)).toMatchObject({ status: 401, text: expect.stringMatching(/signed in/) });
    expect(store.requests).toEqual([]);
    expect(needed).toEqual([':401']);
  });

  test.each<[string, Access, Credentials | undefined]>([
    ['a signature', S3, KEYS],
    ['a token', { kind: 'bearer' }, { token: SECRET }],
    ['a password', { kind: 'basic' }, { username: 'a', password: SECRET }],
    ['a presigned URL', { kind: 'presigned', sign: (url) => `${url}?signature=${SECRET}` }, undefined],
    ['cookies', { kind: 'cookies' }, undefined],
  ])('that redirects does not take %s along', async (_, access, credentials) => {
    const store = await startStore(() => undefined);
    const other = await startStore(() => undefined);
    const { ask } = start(store, access, credentials ? { credentials: given(credentials) } : {});
    for (const target of [`${other.origin}/bucket/photo.tif`, '/elsewhere/photo.tif']) {
      store.redirect = target;
      const { status, text } = await ask(INFO);
      expect(status).toBe(502);
      expect(text).toMatch(/redirect/);
    }
    expect(other.requests).toEqual([]);
    expect(store.requests.map(({ url }) => url.split('?')[0])).toEqual(['/bucket/photo.tif', '/bucket/photo.tif']);
  });

  test('has credentials of its own among several', async () => {
    const one = await startStore(withHeader(() => 'Bearer one'));
    const two = await startStore(withHeader(() => 'Bearer two'));
    const open = await startStore(({ headers }) => (headers.authorization === undefined ? undefined : 500));
    const access: Access = { kind: 'bearer' };
    const { ask } = start(one, access, {
      sources: {
        one: { url: `${one.origin}/{id}`, access },
        two: { url: `${two.origin}/{id}`, access },
        open: `${open.origin}/{id}`,
      },
      credentials: ({ source }) => ({ token: source }),
    });
    for (const name of ['one', 'two', 'open']) expect((await ask(`3/${name}:photo/info.json`)).status).toBe(200);
    for (const { requests } of [one, two, open]) expect(requests.every(({ status }) => status === 206)).toBe(true);
  });

  test('may be named by a function', async () => {
    const store = await startStore(withHeader(() => 'Bearer archive'));
    const { ask } = start(store, S3, {
      sources: (id) => ({ url: `${store.origin}/${id}`, access: { kind: 'bearer' }, source: 'archive' }),
      origins: [store.origin],
      credentials: ({ source }) => ({ token: source }),
    });
    expect((await ask(INFO)).status).toBe(200);
  });

  test('is forgotten on demand: what is open is opened anew, what is being made is not kept', async () => {
    const store = await startStore(withHeader(() => `Bearer ${SECRET}`));
    const index = new MemoryIndex<never>();
    const { ask, server, cache } = start(store, { kind: 'bearer' }, { credentials: given({ token: SECRET }) });
    await ask(INFO);
    const { length } = store.requests;
    await server.forget();
    await ask(INFO);
    expect(store.requests.length).toBeGreaterThan(length);
    const free = store.guard;
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { ask: askSlowly, server: slow } = start(
      store,
      { kind: 'presigned', sign: (url) => held.then(() => url) },
      { cache, index },
    );
    store.guard = () => undefined;
    const tile = askSlowly(TILE);
    await slow.forget();
    release();
    expect((await tile).status).toBe(200);
    expect(cache.kept.size).toBe(0);
    store.guard = free;
  });

  test.each<[string, unknown]>([
    ['of an unknown kind', { kind: 'magic' }],
    ['without a function', { kind: 'presigned' }],
    ['without a region', { kind: 's3', region: '' }],
  ])('%s is refused at once', async (_, access) => {
    const sources = JSON.parse(JSON.stringify({ photos: { url: 'https://host.example/{id}', access } }));
    expect(() => createImageServer({ sources, wasm: loadWasm })).toThrow(TypeError);
  });
});
