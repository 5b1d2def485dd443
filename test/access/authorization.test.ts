import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Authorization, Authorize } from '../../src/access/authorization.ts';
import { libvipsPyramid } from '../server/files.ts';
import { MemoryDerivatives } from '../server/stores.ts';
import { type Subject, startSubject, takeRanges } from '../server/subject.ts';

const INFO = '3/photo/info.json';
const FULL_TILE = '3/photo/0,0,256,256/256,256/0/default.jpg';

let subject: Subject;
let cache: MemoryDerivatives;
beforeAll(async () => {
  subject = await startSubject(await libvipsPyramid(1024, 768));
});
beforeEach(() => {
  cache = new MemoryDerivatives();
});
afterAll(() => subject.close());

const start = (authorize: Authorize, options = {}) => subject.start({ authorize, cache, ...options });
const limit: Authorization = { kind: 'limit', maxWidth: 300, status: 403 };
/** Staff see all, everyone else what is said. */
const exceptStaff =
  (others: Authorization): Authorize =>
  ({ request }) =>
    request.headers.get('Authorization') === 'Bearer staff' ? 'allow' : others;
const STAFF = { headers: { Authorization: 'Bearer staff' } };

async function sizeOf(answer: Response): Promise<readonly [number, number]> {
  const { width, height } = await sharp(await answer.arrayBuffer()).metadata();
  return [width, height];
}

describe('authorize', () => {
  test('is told what is asked for', async () => {
    const asked: unknown[] = [];
    const { ask } = start(({ request: _, ...rest }) => {
      asked.push(rest);
      return 'allow';
    });
    await ask(INFO);
    await ask('2/a%2Fb/full/100,/0/default.png');
    await ask('3/photo/manifest.json');
    expect(asked).toMatchObject([
      { kind: 'info', identifier: 'photo', page: 1, version: 3, asked: undefined },
      { kind: 'image', identifier: 'a/b', version: 2, asked: { size: { kind: 'width', width: 100 }, format: 'png' } },
      { kind: 'manifest', identifier: 'photo', version: 3 },
    ]);
  });

  test('decides over the status and the health of the server as well, which are all or nothing', async () => {
    const asked: unknown[] = [];
    const { ask } = start(({ request, kind, identifier }) => {
      asked.push([kind, identifier]);
      return request.headers.has('Authorization') ? 'allow' : limit;
    });
    for (const path of ['_status', '_health']) {
      const refused = await ask(path);
      expect(refused.status).toBe(403);
      expect(await refused.text()).not.toContain('sources');
      expect((await ask(path, STAFF)).headers.get('Content-Type')).toBe('application/json');
    }
    expect(new Set(asked.map(String))).toEqual(new Set(['status,']));
  });

  test.each<[string, Authorization, number]>([
    ['deny', 'deny', 401],
    ['deny with 401', { kind: 'deny', status: 401 }, 401],
    ['deny with 403', { kind: 'deny', status: 403, message: 'Closed until 2030.' }, 403],
  ])('%s reads nothing, and answers in words', async (_, decision, status) => {
    const { ask } = start(() => decision);
    takeRanges(subject.store);
    for (const path of [INFO, FULL_TILE, '3/photo/manifest.json', '2/photo/info.json']) {
      const answer = await ask(path);
      expect(answer.status).toBe(status);
      expect(answer.headers.get('Cache-Control')).toBe('no-store');
      expect(await answer.text()).toMatch(status === 403 ? /Closed until 2030/ : /Sign in/);
    }
    expect(takeRanges(subject.store)).toEqual([]);
  });

  test('comes before the cache and before validators', async () => {
    const { ask } = start(exceptStaff('deny'));
    const first = await ask(FULL_TILE, STAFF);
    expect(first.headers.get('Cache-Control')).toBe('private, no-cache');
    const ETag = first.headers.get('ETag') ?? '';
    expect((await ask(FULL_TILE)).status).toBe(401);
    expect((await ask(FULL_TILE, { headers: { 'If-None-Match': ETag } })).status).toBe(401);
    expect((await ask(FULL_TILE, { headers: { 'If-None-Match': '*' } })).status).toBe(401);
    expect((await ask(FULL_TILE, { headers: { ...STAFF.headers, 'If-None-Match': ETag } })).status).toBe(304);
    expect((await ask(FULL_TILE, { method: 'HEAD' })).status).toBe(401);
  });

  test('that denies may have info.json given nevertheless, with the status, as Authorization Flow 1.0 asks', async () => {
    const service = [
      {
        '@context': 'http://iiif.io/api/auth/1/context.json',
        '@id': 'https://auth.example/login',
        profile: 'http://iiif.io/api/auth/1/login',
        label: 'Login to Example Institution',
        service: [
          { '@id': 'https://auth.example/token', profile: 'http://iiif.io/api/auth/1/token' },
          { '@id': 'https://auth.example/logout', profile: 'http://iiif.io/api/auth/1/logout', label: 'Logout' },
        ],
      },
    ];
    const { ask } = start(() => ({ kind: 'deny', withInfo: true }), { info: { service } });
    const info = await ask('2/photo/info.json', { headers: { 'If-None-Match': '*' } });
    expect(info.status).toBe(401);
    expect(info.headers.get('Cache-Control')).toBe('no-store');
    const context = 'http://iiif.io/api/image/2/context.json';
    expect(await info.json()).toMatchObject({ '@context': context, width: 1024, service });
    expect((await ask('2/photo/0,0,256,256/256,256/0/default.jpg')).status).toBe(401);
    expect((await ask('3/photo/manifest.json')).status).toBe(401);
  });

  test.each<[string, Authorize]>([
    ['throws', () => Promise.reject(new Error('the database is down'))],
    ['decides nothing', () => JSON.parse('null')],
    ['says what nobody understands', () => JSON.parse('{"kind":"perhaps"}')],
    ['sets no limit', () => ({ kind: 'limit' })],
    ['sets a limit of no pixels', () => ({ kind: 'limit', maxWidth: 0 })],
  ])('that %s shows nothing', async (_, authorize) => {
    const { ask } = start(authorize);
    const answer = await ask(FULL_TILE);
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toMatch(/database/);
  });

  test('and a Cache-Control for everybody do not go together', () => {
    expect(() => start(() => 'allow', { cacheControl: 'public, max-age=60' })).toThrow(/private/);
    expect(() => start(() => 'allow', { cacheControl: 'private, max-age=60' })).not.toThrow();
  });
});

describe('a limit', () => {
  test('is told in info.json, with the tiles and sizes within it', async () => {
    const { ask } = start(exceptStaff(limit));
    const limited = await (await ask(INFO)).json();
    expect(limited).toMatchObject({ width: 1024, height: 768, maxWidth: 300, maxArea: 2 ** 24 });
    expect(limited.tiles).toEqual([{ width: 256, height: 256, scaleFactors: [4] }]);
    expect(limited.sizes).toEqual([{ width: 256, height: 192 }]);
    const whole = await (await ask(INFO, STAFF)).json();
    expect(whole.maxWidth).toBeUndefined();
    expect(whole.tiles[0].scaleFactors).toEqual([1, 2, 4]);
    const old = await (await ask('2/photo/info.json')).json();
    expect(old.profile[1]).toMatchObject({ maxWidth: 300 });
  });

  test('has info.json validated apart from the whole one', async () => {
    const { ask } = start(exceptStaff(limit));
    const tags = [await ask(INFO), await ask(INFO, STAFF)].map(({ headers }) => headers.get('ETag'));
    expect(tags[0]).not.toBe(tags[1]);
  });

  test.each([
    ['full/max', 300, 225],
    ['full/300,', 300, 225],
    ['full/!1000,1000', 300, 225],
    ['full/^max', 300, 225],
    ['0,0,512,384/max', 150, 113],
    ['0,0,1024,768/256,192', 256, 192],
    ['square/max', 225, 225],
    ['pct:50,50,50,50/,100', 133, 100],
  ])('lets %s through, as %d × %d', async (path, width, height) => {
    const { ask } = start(() => limit);
    const answer = await ask(`3/photo/${path}/0/default.jpg`);
    expect(answer.status).toBe(200);
    expect(await sizeOf(answer)).toEqual([width, height]);
  });

  test.each([
    'full/301,',
    'full/1024,768',
    '0,0,256,256/256,256',
    '0,0,256,256/128,128',
    '512,512,8,8/8,8',
    'full/pct:50',
    'full/^600,',
  ])('does not let %s through, which is finer', async (path) => {
    const { ask } = start(() => limit);
    takeRanges(subject.store);
    expect((await ask(`3/photo/${path}/0/default.jpg`)).status).toBe(403);
  });

  test('leaves what is wrong anyway as it is', async () => {
    const { ask } = start(() => limit);
    expect((await ask('3/photo/9000,0,10,10/max/0/default.jpg')).status).toBe(400);
    expect((await ask('3/photo/full/2000,/0/default.jpg')).status).toBe(400);
  });

  test('lets nothing of the cache through that others may see', async () => {
    const { ask } = start(exceptStaff(limit));
    const max = '3/photo/full/max/0/default.jpg';
    expect(await sizeOf(await ask(max, STAFF))).toEqual([1024, 768]);
    expect((await ask(FULL_TILE, STAFF)).status).toBe(200);
    const limited = await ask(max);
    expect(await sizeOf(limited.clone())).toEqual([300, 225]);
    expect((await ask(FULL_TILE)).status).toBe(403);
    expect(await sizeOf(await ask(max, STAFF))).toEqual([1024, 768]);
    const ETag = limited.headers.get('ETag') ?? '';
    expect((await ask(max, { headers: { 'If-None-Match': ETag } })).status).toBe(304);
    expect((await ask(max, { headers: { ...STAFF.headers, 'If-None-Match': ETag } })).status).toBe(200);
  });

  test('by area, and one above the image, do as they say', async () => {
    const small = start(() => ({ kind: 'limit', maxArea: 192 * 144 }));
    expect(await sizeOf(await small.ask('3/photo/full/max/0/default.jpg'))).toEqual([192, 144]);
    expect((await small.ask(FULL_TILE)).status).toBe(401);
    const large = start(() => ({ kind: 'limit', maxWidth: 5000 }));
    expect((await large.ask(FULL_TILE)).status).toBe(200);
  });

  test('that no stored level keeps to leaves sizes that can be made', async () => {
    const { ask } = start(() => ({ kind: 'limit', maxWidth: 100 }));
    const { sizes } = await (await ask(INFO)).json();
    expect(sizes).toEqual([{ width: 64, height: 48 }]);
    expect((await ask('3/photo/full/64,48/0/default.jpg')).status).toBe(200);
  });
});

test('services of Authorization Flow 2.0 are passed through in info.json, and bring their context along', async () => {
  const info = {
    service: [
      {
        id: 'https://auth.example/probe/photo',
        type: 'AuthProbeService2',
        service: [
          {
            id: 'https://auth.example/login',
            type: 'AuthAccessService2',
            profile: 'active',
            label: { en: ['Login to Example Institution'] },
            service: [
              { id: 'https://auth.example/token', type: 'AuthAccessTokenService2' },
              { id: 'https://auth.example/logout', type: 'AuthLogoutService2', label: { en: ['Logout'] } },
            ],
          },
        ],
      },
    ],
  };
  const { ask } = subject.start({ info: (identifier) => (identifier === 'photo' ? info : {}) });
  const document = await (await ask(INFO)).json();
  expect(document.service).toEqual(info.service);
  expect(document['@context']).toEqual([
    'http://iiif.io/api/auth/2/context.json',
    'http://iiif.io/api/image/3/context.json',
  ]);
  const other = await (await ask('3/other/info.json')).json();
  expect(other).not.toHaveProperty('service');
  expect(other['@context']).toBe('http://iiif.io/api/image/3/context.json');
  // Who names the context all the same has it once.
  const contexts = ['http://iiif.io/api/auth/2/context.json'];
  const named = subject.start({ info: { ...info, contexts } });
  expect((await (await named.ask(INFO)).json())['@context']).toEqual(document['@context']);
});
