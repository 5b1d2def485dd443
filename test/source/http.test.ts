import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { SourceChangedError } from '../../src/source/source.ts';
import { Timing } from '../../src/timing.ts';
import { errorOf, first, object, startHarness } from './http-harness.ts';
import { counting } from './range-server.ts';

const harness = await startHarness();
const { server, open } = harness;

beforeEach(harness.reset);
afterAll(() => server.close());

describe('a range', () => {
  it('is one plain request without a header that needs a preflight', async () => {
    const bytes = await open().read({ offset: 200, length: 50 });
    expect(bytes).toEqual(object.slice(200, 250));
    expect(server.ranges).toEqual(['bytes=200-249']);
    expect(Object.keys(server.headers)).not.toContain('if-match');
  });

  it('tells the size and the version', async () => {
    const source = open();
    expect([source.size, source.version]).toEqual([undefined, undefined]);
    await source.read(first);
    expect([source.size, source.version]).toEqual([1000, 'v1']);
  });

  it('is clamped to the end, by the server at first and by the known size later', async () => {
    const source = open();
    expect(await source.read({ offset: 900, length: 500 })).toEqual(object.slice(900));
    expect(await source.read({ offset: 950, length: 500 })).toEqual(object.slice(950));
    expect(server.ranges).toEqual(['bytes=900-1399', 'bytes=950-999']);
  });

  it('past the known end costs no request and is 416', async () => {
    const source = open();
    await source.read(first);
    expect((await errorOf(source.read({ offset: 1000, length: 1 }))).status).toBe(416);
    expect(server.ranges).toHaveLength(1);
  });

  it('past the unknown end is 416, after a look at the size', async () => {
    expect((await errorOf(open().read({ offset: 5000, length: 10 }))).status).toBe(416);
    expect(server.ranges).toEqual(['bytes=5000-5009', 'bytes=0-0']);
  });

  it('notes what it cost', async () => {
    const timing = new Timing();
    await open().read(first, { timing });
    expect(timing.read).toEqual({ requests: 1, bytes: 100 });
  });

  it('longer than any image needs is refused before it is asked for', async () => {
    expect((await errorOf(open().read({ offset: 0, length: 2 ** 40 }))).status).toBe(502);
    expect(server.ranges).toEqual([]);
  });

  it('can be changed by its reader without changing what others read', async () => {
    const source = open();
    const [one, other] = await Promise.all([source.read(first), source.read(first)]);
    one.fill(0);
    expect(other).toEqual(object.slice(0, 100));
    expect(server.ranges).toHaveLength(1);
  });
});

describe('the version', () => {
  it.each([
    ['a strong entity tag without its quotes', '"abc-1"', undefined, 'abc-1'],
    ['time and size where the entity tag is weak', 'W/"abc"', 'Thu, 01 Jan 2026 00:00:00 GMT', 'th18g0-rs'],
    ['time and size where there is no entity tag', undefined, 'Thu, 01 Jan 2026 00:00:00 GMT', 'th18g0-rs'],
    ['unknown where nothing tells it', undefined, undefined, undefined],
  ])('is %s', async (_, etag, lastModified, version) => {
    Object.assign(server, { etag, lastModified });
    const source = open();
    await source.read(first);
    expect(source.version?.replace(/^.+-/, '-')).toBe(version?.replace(/^.+-/, '-'));
    expect(source.version === undefined).toBe(version === undefined);
  });

  it.each<[string, () => void]>([
    ['another entity tag', () => Object.assign(server, { etag: '"v2"' })],
    ['another size', () => Object.assign(server, { bytes: counting(1001) })],
    ['a smaller object, answered short', () => Object.assign(server, { bytes: counting(550) })],
    ['a smaller object, answered 416', () => Object.assign(server, { bytes: counting(50) })],
  ])('that changes is an error of its own: %s', async (_, change) => {
    const source = open();
    await source.read(first);
    change();
    await expect(source.read({ offset: 500, length: 100 })).rejects.toThrow(SourceChangedError);
  });

  it('that changes only in its weak entity tag stays the same', async () => {
    server.etag = 'W/"a"';
    const source = open();
    await source.read(first);
    server.etag = 'W/"b"';
    await expect(source.read({ offset: 500, length: 100 })).resolves.toHaveLength(100);
  });

  it('that changes in the time alone is an error where there are no strong tags', async () => {
    Object.assign(server, { etag: undefined, lastModified: 'Thu, 01 Jan 2026 00:00:00 GMT' });
    const source = open();
    await source.read(first);
    server.lastModified = 'Thu, 01 Jan 2026 00:00:01 GMT';
    await expect(source.read({ offset: 500, length: 100 })).rejects.toThrow(SourceChangedError);
  });
});

describe('what was known before', () => {
  const known = { size: 1000, version: 'v1' };

  it('holds without a read', async () => {
    const source = open({ known });
    expect([source.size, source.version, source.lastRead]).toEqual([1000, 'v1', undefined]);
    expect((await errorOf(source.read({ offset: 1000, length: 1 }))).status).toBe(416);
    expect(server.ranges).toEqual([]);
  });

  it('is confirmed by the next read', async () => {
    const source = open({ known });
    await source.read(first);
    expect(source.lastRead).toBeGreaterThan(Date.now() - 60_000);
  });

  it.each([
    ['version', { size: 1000, version: 'v0' }],
    ['size', { size: 999, version: undefined }],
  ])('is an error when the object has another %s', async (_, other) => {
    await expect(open({ known: other }).read(first)).rejects.toThrow(SourceChangedError);
  });
});
