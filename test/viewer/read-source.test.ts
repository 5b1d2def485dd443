import { expect, test } from 'vitest';
import type { Connection } from '../../src/viewer/connection.ts';
import { readSource } from '../../src/viewer/read-source.ts';

/** A server of these answers, which takes every file. */
function connectionOf(answers: Readonly<Record<string, Response>>) {
  const asked: string[] = [];
  const files: File[] = [];
  const connection: Connection = {
    kind: 'in-page',
    prefix: 'https://site.example/iiif/',
    trouble: undefined,
    fetch: async (url) => {
      asked.push(url);
      return answers[url] ?? new Response('There is no such thing.', { status: 404, headers: TEXT });
    },
    openFile: async (file) => {
      files.push(file);
      return `local/${file.name}`;
    },
  };
  const read = (src: string) =>
    readSource(src, connection, {
      base: 'https://site.example/page/',
      languages: ['en'],
      signal: new AbortController().signal,
      onProgress: () => undefined,
    });
  return { asked, files, read };
}

const TEXT = { 'Content-Type': 'text/plain;charset=utf-8' };
const JSON_TYPE = { 'Content-Type': 'application/json' };

test('an identifier, an info.json and an image request are told without a request', async () => {
  const { asked, read } = connectionOf({});
  const serviceOf = async (src: string) => (await read(src)).pages[0]?.content;
  const service = (id: string) => ({ kind: 'service', id });
  expect(await serviceOf('a/b c')).toEqual(service('https://site.example/iiif/3/a%2Fb%20c'));
  expect(await serviceOf('../iiif/2/x/info.json#y')).toEqual(service('https://site.example/iiif/2/x'));
  expect(await serviceOf('https://else.example/i/x/full/!9,9/!90/gray.png')).toEqual(
    service('https://else.example/i/x'),
  );
  expect(asked).toEqual([]);
});

test('a service may be named by its address alone, and a manifest under any', async () => {
  const manifest = { type: 'Manifest', items: [{ items: [{ items: [{ body: { id: 'https://a.example/1.jpg' } }] }] }] };
  const { read } = connectionOf({
    'https://a.example/i/x': Response.json({ id: 'https://a.example/i/x', width: 3, height: 2 }),
    'https://a.example/book': Response.json(manifest),
    'https://a.example/many': Response.json({ type: 'Collection', items: [] }),
    'https://a.example/list': new Response('[]', { headers: JSON_TYPE }),
  });
  expect((await read('https://a.example/i/x')).pages[0]?.content).toMatchObject({ id: 'https://a.example/i/x' });
  expect((await read('https://a.example/book')).pages).toHaveLength(1);
  await expect(read('https://a.example/many')).rejects.toThrow('collection');
  await expect(read('https://a.example/list')).rejects.toThrow('no IIIF document');
});

test('a file of an image is read as a whole, under a name of its own', async () => {
  const { files, read } = connectionOf({ 'https://a.example/scans/one%20two.tif': new Response('II*') });
  const { pages, label } = await read('https://a.example/scans/one%20two.tif');
  expect(files.map(({ name, size }) => [name.replace(/^\w+-/, ''), size])).toEqual([['one two.tif', 3]]);
  expect(label).toBe('one%20two.tif');
  const [{ name } = { name: '' }] = files;
  const id = `https://site.example/iiif/3/${encodeURIComponent(`local/${name}`)}`;
  expect(pages[0]?.content).toEqual({ kind: 'service', id });
});

test('what is refused is said in the words of the answer', async () => {
  await expect(connectionOf({}).read('./nothing')).rejects.toThrow('There is no such thing.');
});

test('an address that can’t be read is explained, as browsers don’t', async () => {
  const connection: Connection = {
    ...{ kind: 'none', prefix: '', trouble: 'There is no server.' },
    fetch: () => Promise.reject(new TypeError('Failed to fetch')),
    openFile: () => Promise.reject(new Error('There is no server.')),
  };
  const options = { base: 'https://site.example/', languages: [], onProgress: () => undefined };
  const read = (signal: AbortSignal) => readSource('https://a.example/book.json', connection, { ...options, signal });
  await expect(read(new AbortController().signal)).rejects.toThrow(
    /^https:\/\/a\.example\/book\.json could not be read.*Access-Control-Allow-Origin/,
  );
  await expect(read(AbortSignal.abort(new Error('left')))).rejects.toThrow('left');
});

test('what is no IIIF document is told apart from what is no JSON', async () => {
  const { read } = connectionOf({
    'https://a.example/broken.json': new Response('{"type": "Manif', { headers: JSON_TYPE }),
    'https://a.example/other.json': Response.json({ name: 'a package' }),
    'https://a.example/gone.json': new Response('<h1>Not Found</h1>', {
      status: 404,
      headers: { 'Content-Type': 'text/html' },
    }),
  });
  await expect(read('https://a.example/broken.json')).rejects.toThrow('is no JSON');
  await expect(read('https://a.example/other.json')).rejects.toThrow('neither an IIIF manifest nor an info.json');
  await expect(read('https://a.example/gone.json')).rejects.toThrow('answered 404');
});
