import { describe, expect, test } from 'vitest';
import { PresignedUrls } from '../../src/access/presigned-urls.ts';
import type { Presign } from '../../src/source/access.ts';

const URL_ = 'https://bucket.example/scans/a.tif';

function subject(sign: Presign) {
  const clock = { now: Date.UTC(2026, 0, 1, 12) };
  const asked: string[] = [];
  const urls = new PresignedUrls(
    (url) => {
      asked.push(url);
      return sign(url);
    },
    () => clock.now,
  );
  return { urls, clock, asked };
}

describe('a presigned URL', () => {
  test('is asked for once, by all who need it, and used while it is good', async () => {
    const { urls, clock, asked } = subject((url) => `${url}?signature=${asked.length}`);
    expect(await Promise.all([urls.of(URL_), urls.of(URL_)])).toEqual([`${URL_}?signature=1`, `${URL_}?signature=1`]);
    clock.now += 49_000;
    expect(await urls.of(URL_)).toBe(`${URL_}?signature=1`);
    clock.now += 2000;
    expect(await urls.of(URL_)).toBe(`${URL_}?signature=2`);
    expect(asked).toEqual([URL_, URL_]);
  });

  test.each([
    ['AWS', 'X-Amz-Date=20260101T120000Z&X-Amz-Expires=900'],
    ['Google', 'X-Goog-Date=20260101T120000Z&X-Goog-Expires=900'],
    ['the older ones of both', `Expires=${Date.UTC(2026, 0, 1, 12, 15) / 1000}`],
    ['Azure', 'se=2026-01-01T12%3A15%3A00Z&sig=x'],
  ])('says itself how long it is good: %s', async (_, query) => {
    const { urls, clock, asked } = subject((url) => `${url}?${query}`);
    await urls.of(URL_);
    clock.now += 880_000;
    await urls.of(URL_);
    expect(asked).toHaveLength(1);
    clock.now += 11_000;
    await urls.of(URL_);
    expect(asked).toHaveLength(2);
  });

  test('may be given with its end', async () => {
    const { urls, clock, asked } = subject((url) => ({ url, expires: new Date(clock.now + 20_000) }));
    await urls.of(URL_);
    clock.now += 11_000;
    await urls.of(URL_);
    expect(asked).toHaveLength(2);
  });

  test('that was refused is asked for again', async () => {
    const { urls, asked } = subject((url) => `${url}?signature=${asked.length}`);
    const first = await urls.of(URL_);
    expect(await urls.insteadOf(first, URL_)).toBe(`${URL_}?signature=2`);
    expect(await urls.insteadOf(first, URL_)).toBe(`${URL_}?signature=2`);
    expect(asked).toHaveLength(2);
  });

  test.each<[string, Presign]>([
    ['another server', () => 'https://other.example/scans/a.tif?signature=secret'],
    ['another port', () => 'https://bucket.example:8443/scans/a.tif?signature=secret'],
    ['another scheme', () => 'http://bucket.example/scans/a.tif?signature=secret'],
    ['a password', () => 'https://secret:secret@bucket.example/scans/a.tif'],
    ['no URL', () => 'https://secret:x y'],
    ['an error', () => Promise.reject(new Error('secret'))],
  ])('that leads to %s is a 503, and what it was is kept from everybody', async (_, sign) => {
    const error: unknown = await subject(sign)
      .urls.of(URL_)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ status: 503 });
    expect(error).not.toHaveProperty('cause');
    expect(String(error)).not.toContain('secret');
  });
});
