import { mkdir, mkdtemp, rename, rm, stat, symlink, unlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { folderFinder } from '../../src/host/folder.ts';
import { type Listening, listen } from '../../src/host/node.ts';
import { createImageServer } from '../../src/server.ts';
import { loadWasm } from '../codec/load.ts';
import { cog, coloursIn } from '../server/files.ts';

const TILE = '0,0,256,256/256,256/0/default.jpg';

let outside: string;
let folder: string;
let host: Listening;
let red: Uint8Array;
let blue: Uint8Array;
beforeAll(async () => {
  [red, blue] = await Promise.all([cog('red'), cog('blue')]);
  outside = await mkdtemp(join(tmpdir(), 'potto-host-'));
  folder = join(outside, 'images');
  await mkdir(join(folder, 'books/one'), { recursive: true });
  await mkdir(join(folder, 'ark:/12025'), { recursive: true });
  await mkdir(join(folder, 'plate'));
  const files = [
    'photo.tif',
    'books/one/page 1.tif',
    'mühle.tif',
    '本.tif',
    '50%.tif',
    'a+b.tif',
    'plate.tif',
    'bare',
    'dotted.name.tif',
    'ark:/12025/654xz321.tiff',
    '.hidden.tif',
    'twice.tif',
  ];
  for (const file of files) await writeFile(join(folder, file), red);
  await writeFile(join(folder, 'twice.jpg'), 'the thumbnail of twice.tif');
  await writeFile(join(outside, 'secret.tif'), red);
  await writeFile(join(outside, 'images-secret.tif'), red);
  await symlink(join(outside, 'secret.tif'), join(folder, 'link.tif'));
  await symlink(outside, join(folder, 'way-out'));
  await symlink(join(folder, 'photo.tif'), join(folder, 'same.tif'));
  const server = createImageServer({ sources: await folderFinder(folder), wasm: loadWasm, revalidateAfter: -1 });
  host = await listen(server, { host: '127.0.0.1', port: 0 });
});
afterAll(async () => {
  await host.close();
  await rm(outside, { recursive: true });
});

const ask = (path: string, init?: RequestInit) => fetch(`${host.url}/iiif/${path}`, init);

describe('an identifier is a path in the folder:', () => {
  test.each([
    'photo',
    'photo.tif',
    'books%2Fone%2Fpage%201',
    'books%2Fone%2Fpage%201.tif',
    'm%C3%BChle',
    'mühle',
    '%E6%9C%AC.tif',
    '50%25',
    'a+b',
    'a%2Bb',
    'bare',
    'dotted.name',
    'plate',
    'ark:%2F12025%2F654xz321',
    'ark%3A%2F12025%2F654xz321',
    'same',
  ])('%s', async (identifier) => {
    const answer = await ask(`3/${identifier}/info.json`);
    expect(answer.status).toBe(200);
    const { id } = await answer.json();
    expect(decodeURIComponent(id)).toBe(decodeURIComponent(`${host.url}/iiif/3/${identifier}`));
    expect((await ask(`2/${identifier}/${TILE}`)).status).toBe(200);
  });

  test('the TIFF, where a thumbnail has the same name', async () => {
    expect((await ask('3/twice/info.json')).status).toBe(200);
    expect((await ask('3/twice.jpg/info.json')).status).toBe(502);
  });
});

describe('no path leaves the folder:', () => {
  const paths = [
    '..%2Fsecret.tif',
    '..%2Fsecret',
    '..%2Fimages-secret.tif',
    'books%2F..%2Fphoto.tif',
    'books%2F..%2F..%2Fsecret.tif',
    '%2e%2e%2Fsecret.tif',
    '%252e%252e%252Fsecret.tif',
    '..%5Csecret.tif',
    'books%5Cone',
    'link.tif',
    'link',
    'way-out%2Fsecret.tif',
    'way-out%2Fsecret',
    'photo%2F',
    '%2Fphoto',
    'books%2F%2Fone',
    '.%2Fphoto.tif',
    '.hidden.tif',
    '.hidden',
    'books',
    'missing',
    'photo.tif%2Fx',
  ];
  test.each(paths)('%s', async (identifier) => {
    const answer = await ask(`3/${identifier}/info.json`);
    expect([400, 404]).toContain(answer.status);
    expect(await answer.text()).not.toContain(outside);
  });

  test('an absolute one', async () => {
    expect((await ask(`3/${encodeURIComponent(join(outside, 'secret.tif'))}/info.json`)).status).toBe(404);
    expect((await ask(`3/${encodeURIComponent(join(folder, 'photo.tif'))}/info.json`)).status).toBe(404);
  });

  test('one with a NUL', async () => {
    expect((await ask('3/photo.tif%00.png/info.json')).status).toBe(400);
  });
});

describe('a file', () => {
  test('that is replaced is a new version', async () => {
    const path = join(folder, 'changing.tif');
    await writeFile(path, red);
    const before = await ask(`3/changing/${TILE}`);
    expect(await coloursIn(before)).toEqual(new Set(['4,0,0']));
    await writeFile(`${path}.new`, blue);
    await rename(`${path}.new`, path);
    const { mtimeMs } = await stat(path);
    await utimes(path, new Date(), new Date(mtimeMs + 5000));
    const after = await ask(`3/changing/${TILE}`, { headers: { 'If-None-Match': before.headers.get('etag') ?? '' } });
    expect(after.status).toBe(200);
    expect(await coloursIn(after)).toEqual(new Set(['0,0,4']));
  });

  test('that is removed is 404', async () => {
    await writeFile(join(folder, 'short-lived.tif'), red);
    expect((await ask('3/short-lived/info.json')).status).toBe(200);
    await unlink(join(folder, 'short-lived.tif'));
    expect((await ask('3/short-lived/info.json')).status).toBe(404);
    expect((await ask(`3/short-lived/${TILE}`)).status).toBe(404);
  });

  test('that is empty is told to be', async () => {
    await writeFile(join(folder, 'empty.tif'), '');
    const answer = await ask('3/empty/info.json');
    expect(answer.status).toBe(502);
    expect(await answer.text()).toContain('empty');
  });
});
