import { describe, expect, it } from 'vitest';
import { createResolver, type SourcesConfig } from '../../src/source/resolver.ts';

const urlOf = async (config: SourcesConfig, identifier: string) =>
  (await createResolver(config).resolve(identifier))?.url;

describe('a template', () => {
  const template = 'https://bucket.example/scans/{id}.tif';

  it.each([
    ['abc', 'https://bucket.example/scans/abc.tif'],
    ['a/b/c', 'https://bucket.example/scans/a/b/c.tif'],
    ['ark:/12025/654xz321', 'https://bucket.example/scans/ark%3A/12025/654xz321.tif'],
    ['Größe 1', 'https://bucket.example/scans/Gr%C3%B6%C3%9Fe%201.tif'],
    ['a+b', 'https://bucket.example/scans/a%2Bb.tif'],
    ['what?#', 'https://bucket.example/scans/what%3F%23.tif'],
    ['%2e%2e', 'https://bucket.example/scans/%252e%252e.tif'],
    ['100%', 'https://bucket.example/scans/100%25.tif'],
    ['..a', 'https://bucket.example/scans/..a.tif'],
    ['https:host', 'https://bucket.example/scans/https%3Ahost.tif'],
  ])('fills in %s, encoded by segment', async (identifier, url) => {
    expect(await urlOf(template, identifier)).toBe(url);
  });

  it.each([
    '',
    '/',
    'a//b',
    '/a',
    'a/',
    '..',
    '../a',
    'a/../b',
    '.',
    'a/./b',
    'a\\b',
    'a\0',
    'a\nb',
    '\u0085',
    '\ud800',
    'x'.repeat(1025),
  ])('refuses %j, which could lead out of it', async (identifier) => {
    await expect(urlOf(template, identifier)).rejects.toMatchObject({ status: 400 });
  });

  it('is a folder when it ends with a slash', async () => {
    expect(await urlOf('https://host.example/scans/', 'a/b.tif')).toBe('https://host.example/scans/a/b.tif');
  });

  it('takes the identifier in its query, with slashes encoded', async () => {
    expect(await urlOf('https://host.example/get?file={id}&raw=1', 'a/b&c')).toBe(
      'https://host.example/get?file=a%2Fb%26c&raw=1',
    );
  });

  it('takes the identifier more than once', async () => {
    expect(await urlOf('https://host.example/{id}/{id}.tif', 'a')).toBe('https://host.example/a/a.tif');
  });

  it('is relative to the base', async () => {
    const resolver = createResolver('images/{id}.tif', { base: 'https://host.example/site/sw.js' });
    expect(await resolver.resolve('a')).toEqual({ url: 'https://host.example/site/images/a.tif' });
    expect(resolver.origins).toEqual(['https://host.example']);
  });

  it.each([
    'https://host.example/image.tif',
    'https://{id}/image.tif',
    'https://host{id}/image.tif',
    'https://host.example:{id}/',
    'ftp://host.example/{id}',
    'file:///srv/{id}',
    'https://user:password@host.example/{id}',
    'https://host.example/#{id}',
    'javascript:{id}',
    '/{id}',
  ])('like %s is refused', (config) => {
    expect(() => createResolver(config)).toThrow(TypeError);
  });
});

describe('templates by name', () => {
  const config = { scans: 'https://a.example/{id}.tif', maps: 'https://b.example/{id}' };

  it.each([
    ['scans:x', 'https://a.example/x.tif'],
    ['scans/x', 'https://a.example/x.tif'],
    ['maps:x/y:z', 'https://b.example/x/y%3Az'],
    ['other:x', undefined],
    ['x', undefined],
    ['constructor:x', undefined],
    ['__proto__/x', undefined],
  ])('are chosen by the beginning: %s', async (identifier, url) => {
    expect(await urlOf(config, identifier)).toBe(url);
  });

  it('have one for the rest, the one without a name', async () => {
    const withRest = { ...config, '': 'https://c.example/{id}' };
    expect(await urlOf(withRest, 'ark:/12025/x')).toBe('https://c.example/ark%3A/12025/x');
    expect(await urlOf(withRest, 'scans:x')).toBe('https://a.example/x.tif');
  });

  it('need no name where there is one only', async () => {
    const one = { scans: 'https://a.example/{id}.tif' };
    expect(await urlOf(one, 'x')).toBe('https://a.example/x.tif');
    expect(await urlOf(one, 'scans:x')).toBe('https://a.example/x.tif');
  });

  it('give the origins that are read', () => {
    expect(createResolver(config).origins).toEqual(['https://a.example', 'https://b.example']);
  });

  it('have plain names, and there is one at least', () => {
    expect(() => createResolver({ 'a/b': 'https://a.example/{id}' })).toThrow(TypeError);
    expect(() => createResolver({})).toThrow(TypeError);
  });
});

describe('a function', () => {
  const origins = ['https://a.example'];

  it.each<[string, SourcesConfig]>([
    ['a string', (identifier: string) => `https://a.example/${identifier}`],
    ['a source', (identifier: string) => ({ url: `https://a.example/${identifier}` })],
    ['a promise', async (identifier: string) => `https://a.example/${identifier}`],
  ])('may give %s', async (_, config) => {
    expect(await createResolver(config, { origins }).resolve('x')).toEqual({ url: 'https://a.example/x' });
  });

  it('says by undefined that there is no such image', async () => {
    expect(await createResolver(() => undefined, { origins }).resolve('x')).toBeUndefined();
  });

  it.each([
    'https://b.example/x',
    'http://a.example/x',
    'https://a.example@b.example/x',
    'https://u:p@a.example/x',
    'file:///x',
    'nonsense',
  ])('that leads to %s is 500, and the answer does not say where', async (url) => {
    const error: unknown = await createResolver(() => url, { origins })
      .resolve('x')
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ status: 500, message: expect.not.stringContaining('example') });
  });

  it('that throws is 500 with its cause', async () => {
    const cause = new Error('database');
    const resolver = createResolver(() => Promise.reject(cause), { origins });
    await expect(resolver.resolve('x')).rejects.toMatchObject({ status: 500, cause });
  });

  it('needs the origins it may lead to', () => {
    expect(() => createResolver(() => 'https://a.example/x')).toThrow(/origins/);
  });
});
