import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ImageServerError } from '../../src/errors.ts';
import { parseTarget } from '../../src/iiif/target.ts';
import { createResolver } from '../../src/source/resolver.ts';

const TEMPLATES: readonly (readonly [template: string, prefix: string])[] = [
  ['https://bucket.example/scans/{id}.tif', 'https://bucket.example/scans/'],
  ['https://bucket.example/scans/', 'https://bucket.example/scans/'],
  ['https://bucket.example/scans/v{id}', 'https://bucket.example/scans/v'],
  ['https://bucket.example/scans/{id}/{id}.tif', 'https://bucket.example/scans/'],
  ['https://host.example/get?file={id}&raw=1', 'https://host.example/get?file='],
];

/** What has led out of folders elsewhere, and what looks like it. */
const TRICKS = [
  '..',
  '.',
  '/',
  '\\',
  '%2e',
  '%2E%2e',
  '%252e',
  '%2f',
  '%5c',
  '%00',
  '\0',
  '\t',
  '\n',
  '\r',
  '?',
  '#',
  '&',
  '=',
  ';',
  '@',
  ':',
  '//',
  '://',
  'http:',
  'https://evil.example/',
  'user:password@',
  'javascript:',
  'data:',
  'file:///',
  'blob:',
  '\u2024',
  '\u2025',
  '\uff0e',
  '\u2215',
  '\u2044',
  '\uff0f',
  '\uff3c',
  '\u29f5',
  '\u202e',
  '\u200b',
  '\ufeff',
  '\u0000',
  '\ud800',
  '\udc00',
  '\u0085',
  '\u2028',
  '%c0%ae',
  '%uff0e',
  '{id}',
  '[',
  ']',
  '|',
  '^',
  '`',
  ' ',
  'a',
]; // prettier-ignore

const identifiers = fc.oneof(
  fc.array(fc.constantFrom(...TRICKS), { maxLength: 12 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
  fc.array(fc.oneof(fc.constantFrom(...TRICKS), fc.string()), { maxLength: 8 }).map((parts) => parts.join('/')),
);

/** The URL that is read for an identifier; undefined where it is refused. */
async function urlFor(template: string, identifier: string): Promise<string | undefined> {
  try {
    return (await createResolver(template).resolve(identifier))?.url;
  } catch (error) {
    expect(error).toBeInstanceOf(ImageServerError);
    expect(error).toMatchObject({ status: 400 });
    return undefined;
  }
}

/** All that a server may take for a path: as it is, and decoded once and twice. */
function pathsOf(url: string): readonly string[] {
  const once = decodeURIComponent(new URL(url).pathname);
  return [new URL(url).pathname, once];
}

describe.each(TEMPLATES)('whatever the identifier, the URL of %s', (template, prefix) => {
  test('stays under its prefix', async () => {
    await fc.assert(
      fc.asyncProperty(identifiers, async (identifier) => {
        const url = await urlFor(template, identifier);
        if (url === undefined) return;
        expect(url.startsWith(prefix)).toBe(true);
        // Read again as a URL, as every fetch does, it is the same.
        expect(new URL(url).href).toBe(url);
        expect(new URL(url).username + new URL(url).password + new URL(url).hash).toBe('');
        for (const path of pathsOf(url)) {
          expect(path.split('/')).not.toContain('..');
          expect(path.split('/')).not.toContain('.');
          expect(path).not.toContain('\0');
        }
      }),
      { numRuns: 1000 },
    );
  });

  test('stays there when the identifier came in a request, encoded in any way', async () => {
    const encodings = [encodeURIComponent, encodeURI, (text: string) => text, (text: string) => twice(text)];
    await fc.assert(
      fc.asyncProperty(identifiers, fc.constantFrom(...encodings), async (identifier, encode) => {
        const request = requested(identifier, encode);
        if (request === undefined) return;
        const url = await urlFor(template, request);
        expect(url === undefined || url.startsWith(prefix)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});

const twice = (text: string) => encodeURIComponent(encodeURIComponent(text));

/** The identifier that a request for `info.json` arrives with; undefined where the URL or the request is refused. */
function requested(identifier: string, encode: (text: string) => string): string | undefined {
  try {
    const url = new URL(`/iiif/3/${encode(identifier)}/info.json`, 'https://site.example');
    return url.origin === 'https://site.example' ? parseTarget(url, '/iiif/').identifier : undefined;
  } catch (error) {
    expect(error instanceof ImageServerError || error instanceof URIError || error instanceof TypeError).toBe(true);
    return undefined;
  }
}

test('whatever a function gives, only configured origins are read', async () => {
  const resolver = createResolver((identifier) => identifier, { origins: ['https://bucket.example'] });
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        identifiers,
        identifiers.map((text) => `https://bucket.example${text}`),
      ),
      async (given) => {
        const found = await resolver.resolve(given).catch((error: unknown) => {
          expect(error).toMatchObject({ status: 500, message: expect.not.stringContaining('example') });
          return undefined;
        });
        if (found) expect(new URL(found.url).origin).toBe('https://bucket.example');
      },
    ),
    { numRuns: 1000 },
  );
});
