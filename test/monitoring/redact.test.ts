import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redact, redactedPath } from '../../src/monitoring/redact.ts';

const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'];
/** Long enough not to be found in other words by chance. */
const secret = fc.string({ unit: fc.constantFrom(...letters, '+', '/', '=', '-', '_'), minLength: 16, maxLength: 80 });

/** Where secrets stand in what sources, browsers and libraries say. */
const PLACES: readonly ((secret: string) => string)[] = [
  (s) => `Failed to fetch https://bucket.s3.amazonaws.com/a.tif?X-Amz-Signature=${s}&X-Amz-Expires=900`,
  (s) => `GET https://host/a.tif?x=1&sig=${s}`,
  (s) => `https://user:${s}@host/a.tif`,
  (s) => `https://host/${s}/a.tif is not found`,
  (s) => `/scans/a.tif?token=${s} was refused`,
  (s) => `Authorization: Bearer ${s}`,
  (s) => `authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/x, SignedHeaders=host, Signature=${s}`,
  (s) => `{"Authorization":"Basic ${s}"}`,
  (s) => `The header was Basic ${s}`,
  (s) => `x-amz-security-token: ${s}`,
  (s) => `secretAccessKey = '${s}'`,
  (s) => `password=${s}`,
  (s) => `Cookie: session=${s}`,
];
const encodings: readonly ((text: string) => string)[] = [
  (text) => text,
  encodeURIComponent,
  (text) => encodeURIComponent(encodeURIComponent(text)),
];

test('no secret in any place, encoded or not, is left', () => {
  fc.assert(
    fc.property(secret, fc.constantFrom(...PLACES), fc.constantFrom(...encodings), (hidden, place, encode) => {
      const redacted = redact(encode(place(hidden)));
      expect(redacted).not.toContain(hidden);
      expect(redacted).not.toContain(encodeURIComponent(hidden));
    }),
    { numRuns: 2000 },
  );
});

test('a signed URL as identifier leaves only its host in the path of the request', () => {
  fc.assert(
    fc.property(secret, fc.integer({ min: 1, max: 3 }), (hidden, times) => {
      let identifier = `https://bucket.example/scans/a.tif?X-Amz-Credential=AKIAIOSFODNN7EXAMPLE&X-Amz-Signature=${hidden}`;
      for (let layer = 0; layer < times; layer++) identifier = encodeURIComponent(identifier);
      const path = redactedPath(`https://site.example/iiif/3/${identifier}/info.json?token=${hidden}`);
      expect(path).not.toContain(hidden);
      expect(path).not.toContain('AKIA');
      expect(path).toContain('bucket.example');
    }),
  );
});

test('any text is taken, and stays short', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 4000 }), (text) => {
      expect(redact(text).length).toBeLessThanOrEqual(501);
    }),
  );
});

test('text full of percent signs, addresses and tokens is read in a moment', () => {
  for (const part of ['%25', 'http://a', '?', 'token=', 'a@', 'eyJaaaaaaaa.', '=', 'x-amz-']) {
    const start = performance.now();
    redact(part.repeat(100_000));
    expect(performance.now() - start, part).toBeLessThan(200);
  }
});

describe('what helps is left', () => {
  test('the words of our own errors', () => {
    const words = 'There is no such image at its source (404). Check the identifier.';
    expect(redact(words)).toBe(words);
  });
  test('the host of an address', () => {
    expect(redact('TypeError: fetch failed: https://bucket.example/a.tif')).toContain('https://bucket.example/…');
  });
  test('identifiers of every length', () => {
    const long = 'ark:/12148/0123456789abcdef0123456789abcdef0123456789abcdef';
    expect(redactedPath(`https://a.example/iiif/3/${encodeURIComponent(long)}/info.json`)).toContain(long);
  });
});
