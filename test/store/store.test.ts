import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { publicReadPolicy } from '../../demo/store/policy.ts';
import { type EmbeddedStore, startStore } from '../../demo/store/store.ts';
import { HttpSource } from '../../src/source/http.ts';
import { SourceChangedError } from '../../src/source/source.ts';
import { ask } from './ask.ts';

let root: string;
let store: EmbeddedStore;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'potto-store-'));
  await mkdir(join(root, 'scans/deep'), { recursive: true });
  await writeFile(join(root, 'scans/a.tif'), 'image');
  await writeFile(join(root, 'scans/deep/b.jp2'), 'deep image');
  await writeFile(join(root, 'outside.txt'), 'not for everyone');
  await symlink(join(root, 'outside.txt'), join(root, 'scans/link.tif'));
  store = await startStore({
    buckets: [{ name: 'scans', objects: join(root, 'scans'), policy: publicReadPolicy('scans') }],
  });
});
afterAll(async () => {
  await store.close();
  await rm(root, { recursive: true });
});

const get = (path: string, headers = {}) => ask(store.port, 'GET', `/scans/${path}`, headers);

it('the files of a folder are objects with the type of their names', async () => {
  const reply = await get('deep/b.jp2');
  expect(reply).toMatchObject({ status: 200, text: 'deep image' });
  expect(reply.headers['content-type']).toBe('image/jp2');
});

it.each([
  '../outside.txt',
  '%2e%2e/outside.txt',
  '..%2Foutside.txt',
  'deep/../../outside.txt',
  'link.tif',
  'deep',
  'deep/',
  '%00',
  '..%5Coutside.txt',
])('no path leaves the folder: %s', async (path) => {
  expect(await get(path)).toMatchObject({ status: 403, code: 'AccessDenied' });
});

it('a key that can not be decoded is 400', async () => {
  expect(await get('%zz')).toMatchObject({ status: 400, code: 'InvalidURI' });
});

it('a file that is replaced has another ETag', async () => {
  const before = (await get('a.tif')).headers.etag;
  await writeFile(join(root, 'scans/a.tif'), 'other');
  await utimes(join(root, 'scans/a.tif'), new Date(), new Date('2026-01-01T00:00:00Z'));
  const after = await get('a.tif');
  expect(after.text).toBe('other');
  expect(after.headers.etag).not.toBe(before);
});

it('an object in memory stands before a file, until it is deleted', async () => {
  store.setObject('scans', 'deep/b.jp2', Buffer.from('in memory'), { contentType: 'text/plain' });
  const reply = await get('deep/b.jp2');
  expect([reply.text, reply.headers['content-type']]).toEqual(['in memory', 'text/plain']);
  store.deleteObject('scans', 'deep/b.jp2');
  expect((await get('deep/b.jp2')).text).toBe('deep image');
});

it('requests are noted with their cost', async () => {
  const { requests, bytes } = store.totals;
  await get('deep/b.jp2?x=1', { range: 'bytes=0-3' });
  expect(store.requests.at(-1)).toMatchObject({
    method: 'GET',
    bucket: 'scans',
    key: 'deep/b.jp2',
    range: 'bytes=0-3',
    status: 206,
    bytes: 4,
  });
  await get('missing');
  expect(store.requests.at(-1)).toMatchObject({ status: 403, bytes: 0 });
  expect(store.totals).toEqual({ requests: requests + 2, bytes: bytes + 4 });
});

it('a source reads it by range, and notices that an object was replaced', async () => {
  store.setObject('scans', 'c.tif', Buffer.from('0123456789'));
  const source = new HttpSource(`${store.url}/scans/c.tif`);
  expect(Buffer.from(await source.read({ offset: 2, length: 100 })).toString()).toBe('23456789');
  expect(source.size).toBe(10);
  store.setObject('scans', 'c.tif', Buffer.from('9876543210'));
  await expect(source.read({ offset: 0, length: 4 })).rejects.toThrow(SourceChangedError);
});

it('a source says of a missing key that it is missing or not public, and of an empty object that it is empty', async () => {
  const missing = new HttpSource(`${store.url}/scans/missing`).read({ offset: 0, length: 4 });
  await expect(missing).rejects.toMatchObject({ status: 404, message: expect.stringMatching(/missing.*not public/) });
  store.setObject('scans', 'empty', new Uint8Array(0));
  const empty = new HttpSource(`${store.url}/scans/empty`).read({ offset: 0, length: 4 });
  await expect(empty).rejects.toMatchObject({ status: 502, message: expect.stringContaining('empty') });
});
