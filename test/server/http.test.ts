import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { AnswerReport } from '../../src/options.ts';
import { createImageServer } from '../../src/server.ts';
import { loadWasm } from '../codec/load.ts';
import { cog } from './files.ts';
import { lasting, ORIGIN, type Subject, startSubject, takeRanges } from './subject.ts';

const TILE = '3/photo/0,0,256,256/256,256/0/default.jpg';

let subject: Subject;
beforeAll(async () => {
  subject = await startSubject(await cog('red'));
});
beforeEach(() => {
  subject.store.etag = '"v1"';
});
afterAll(() => subject.close());

describe('HEAD', () => {
  test.each([
    ['info.json', '3/photo/info.json'],
    ['a tile', TILE],
    ['a rendered picture', '2/photo/full/300,/90/gray.png'],
    ['the base URI', '3/photo'],
    ['a mistake', '3/photo/full/0,/0/default.jpg'],
    ['something unknown', 'nothing/at/all'],
  ])('of %s has the status and headers of GET, and no body', async (_, path) => {
    const { ask } = subject.start();
    const got = await ask(path);
    const head = await ask(path, { method: 'HEAD' });
    expect(head.status).toBe(got.status);
    expect(lasting(head)).toEqual(lasting(got));
    expect(head.body).toBeNull();
  });
});

describe('If-None-Match', () => {
  test.each([
    ['info.json', '3/photo/info.json'],
    ['a tile', TILE],
    ['a rendered picture', '3/photo/full/100,/0/default.png'],
  ])('with the tag of %s is answered by 304, and the source is not read', async (_, path) => {
    const { ask } = subject.start();
    const first = await ask(path);
    takeRanges(subject.store);
    const etag = first.headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[0-9a-f]{32}"$/);
    for (const header of [etag, `W/${etag}`, `"other", ${etag}`, '*']) {
      const answer = await ask(path, { headers: { 'If-None-Match': header } });
      expect(answer.status).toBe(304);
      expect(answer.body).toBeNull();
      expect(answer.headers.get('etag')).toBe(etag);
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    }
    expect(takeRanges(subject.store)).toEqual([]);
  });

  test('with another tag is answered by 200', async () => {
    const answer = await subject.start().ask(TILE, { headers: { 'If-None-Match': '"other"' } });
    expect(answer.status).toBe(200);
  });
});

describe('the entity tag', () => {
  const tagOf = async (path: string, options = {}, init: RequestInit = {}) =>
    (await subject.start(options).ask(path, init)).headers.get('etag');

  test('is the same after a restart', async () => {
    expect(await tagOf(TILE)).toBe(await tagOf(TILE));
    expect(await tagOf('3/photo/info.json')).toBe(await tagOf('3/photo/info.json'));
  });

  test('is the same for two ways to ask for one thing', async () => {
    expect(await tagOf('3/photo/full/max/0/default.jpg')).toBe(
      await tagOf('3/photo/0,0,1024,1024/1024,/360/color.jpg'),
    );
  });

  test('differs by request, version of the API, of the source, and options', async () => {
    const picture = '3/photo/full/100,/0/default.jpg';
    const tags = [
      await tagOf(picture),
      await tagOf('3/photo/full/101,/0/default.jpg'),
      await tagOf('3/photo/full/100,/0/default.png'),
      await tagOf('2/photo/full/100,/0/default.jpg'),
      await tagOf('3/other/full/100,/0/default.jpg'),
      await tagOf(picture, { rendering: { encoding: { jpg: { quality: 50 } } } }),
      await tagOf(picture, { rendering: { background: [0, 0, 0] } }),
      await tagOf('3/photo/info.json'),
      await tagOf('3/photo/info.json', { limits: { maxWidth: 500 } }),
      await tagOf('3/photo/info.json', { info: { rights: 'https://creativecommons.org/publicdomain/zero/1.0/' } }),
      await tagOf('3/photo/info.json', {}, { headers: { Accept: 'application/json' } }),
    ];
    subject.store.etag = '"v2"';
    tags.push(await tagOf(picture), await tagOf('3/photo/info.json'));
    expect(new Set(tags).size).toBe(tags.length);
  });

  test('differs where `max` has come to mean another size', async () => {
    const picture = '3/photo/full/max/0/default.jpg';
    expect(await tagOf(picture, { limits: { maxWidth: 500 } })).not.toBe(
      await tagOf(picture, { limits: { maxWidth: 400 } }),
    );
  });
});

describe('other methods and places', () => {
  test.each(['3/photo', '3/photo/', 'photo'])('%s leads to info.json by 303, readable by any page', async (path) => {
    const { ask } = subject.start();
    takeRanges(subject.store);
    const answer = await ask(path);
    expect(answer.status).toBe(303);
    expect(answer.headers.get('location')).toBe(`${ORIGIN}/iiif/${path.replace(/\/$/, '')}/info.json`);
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(takeRanges(subject.store)).toEqual([]);
  });

  test('an encoded slash stays encoded in the redirect', async () => {
    const answer = await subject.start().ask('3/ark:%2F12025%2F654xz321');
    expect(answer.headers.get('location')).toBe(`${ORIGIN}/iiif/3/ark:%2F12025%2F654xz321/info.json`);
  });

  test('OPTIONS is answered without reading anything', async () => {
    const { ask } = subject.start();
    takeRanges(subject.store);
    const answer = await ask(TILE, { method: 'OPTIONS' });
    expect(answer.status).toBe(204);
    expect(answer.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(takeRanges(subject.store)).toEqual([]);
  });

  test.each(['POST', 'PUT', 'DELETE', 'PATCH'])('%s is answered by 405 with Allow', async (method) => {
    const answer = await subject.start().ask(TILE, { method });
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(await answer.text()).toContain(method);
  });
});

describe('onAnswer', () => {
  test('is told what each answer was', async () => {
    const { ask, reports } = subject.start();
    await ask(TILE);
    await ask('3/photo/full/0,/0/default.jpg', { method: 'HEAD' });
    const [good, bad] = reports;
    expect(good).toMatchObject({ method: 'GET', url: `${ORIGIN}/iiif/${TILE}`, status: 200, error: undefined });
    expect(good?.timing.has('passthrough')).toBe(true);
    expect(good?.milliseconds).toBeGreaterThan(0);
    expect(bad).toMatchObject({ method: 'HEAD', status: 400, error: { name: 'ImageServerError' } });
  });

  test('has no say in the answer, even where it fails', async () => {
    const onAnswer = (_: AnswerReport) => {
      throw new Error('of the one who watches');
    };
    expect((await subject.start({ onAnswer }).ask(TILE)).status).toBe(200);
  });
});

describe('a fault of ours', () => {
  test('is 500, in words that tell nothing of the inside', async () => {
    const info = () => {
      throw new Error('secret of the configuration');
    };
    const { ask, reports } = subject.start({ info });
    const answer = await ask('3/photo/info.json');
    expect(answer.status).toBe(500);
    expect(await answer.text()).not.toContain('secret');
    expect(reports[0]?.error).toMatchObject({ message: 'secret of the configuration' });
  });
});

describe('options that can not work are refused in words', () => {
  const sources = 'https://images.example/{id}.tif';
  test.each([
    [{ sources, prefix: 'iiif' }, /prefix "iiif"/],
    [{ sources, rendering: { encoding: { jpg: { quality: 0 } } } }, /quality of jpg is 0/],
    [{ sources, rendering: { background: [0, 0, 256] as const } }, /background is 0,0,256/],
    [{ sources, limits: { maxWidth: 0 } }, /maxWidth is 0/],
    [{ sources, limits: { maxArea: 1.5 } }, /maxArea is 1.5/],
    [{ sources: 'https://images.example/image.tif' }, /needs \{id\}/],
    [{ sources: () => undefined }, /origins/],
  ])('%o', (options, words) => {
    expect(() => createImageServer({ wasm: loadWasm, ...options })).toThrow(words);
  });
});
