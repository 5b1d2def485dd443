import { describe, expect, test } from 'vitest';
import {
  type Kept,
  progressInWords,
  readable,
  sizeInWords,
  statusInWords,
  sumInWords,
  timeInWords,
  verifiedInWords,
} from '../../demo/curator/words.ts';

test('sizes are told as readers know them', () => {
  const sizes = [1, 999, 1500, 45_200_000, 1_340_000_000].map(sizeInWords);
  expect(sizes).toEqual(['1 byte', '999 bytes', '1.5 KB', '45.2 MB', '1.3 GB']);
});

test('numbers of bytes in a message become sizes, and others stay', () => {
  const message = 'The pack needs 12345678 bytes more, and there are 5000000 left for packs. Status 507.';
  expect(readable(message)).toBe('The pack needs 12.3 MB more, and there are 5 MB left for packs. Status 507.');
});

test('times are told roughly', () => {
  expect([3, 40, 70, 600, 3700, 90_000].map(timeInWords)).toEqual([
    'a few seconds',
    'less than a minute',
    'about a minute',
    'about 10 minutes',
    'about an hour',
    'about 25 hours',
  ]);
});

describe('a download', () => {
  const progress = { state: 'running', works: 1, worksDone: 0, bytes: 8e6, bytesDone: 2e6, rate: 1e6 } as const;

  test('tells how far it is, how fast, and how long it takes', () => {
    const words = progressInWords({ ...progress, timeLeft: 6 });
    expect(words).toBe('2 MB of 8 MB, 1 MB a second, a few seconds left');
  });

  test('tells why nothing comes', () => {
    const told = (['paused', 'waiting'] as const).map((state) =>
      progressInWords({ ...progress, state, timeLeft: undefined }),
    );
    expect(told).toEqual(['2 MB of 8 MB, paused', '2 MB of 8 MB, waiting for the network']);
  });
});

describe('a pack', () => {
  const work = { identifier: 'a', bytes: 3e6, held: 3e6, problem: undefined };
  const kept: Kept = { isComplete: true, bytes: 3e6, held: 3e6, works: [work], foreign: [] };

  test('is complete', () => {
    expect(statusInWords(kept)).toBe('Complete: 1 image, 3 MB.');
  });

  test('says what is missing, and why', () => {
    const open = { ...work, identifier: 'b', held: 1e6, problem: 'It is gone.' };
    const words = statusInWords({ ...kept, isComplete: false, bytes: 6e6, held: 4e6, works: [work, open] });
    expect(words).toBe('2 MB of 6 MB are missing, of 1 of 2 images. It is gone.');
  });

  test('says what can never be in it', () => {
    expect(statusInWords({ ...kept, foreign: ['https://a/b'] })).toContain('of another server can’t be kept');
  });

  test('tells what verifying it came to', () => {
    expect(verifiedInWords(0, true)).toContain('every byte is as it came');
    expect(verifiedInWords(2, true)).toContain('fetched again');
    expect(verifiedInWords(1, false)).toContain('can’t be fetched now');
  });
});

describe('what is chosen', () => {
  test('is told with what is here already and what is free', () => {
    const words = sumInWords({ count: 2, bytes: 30e6, held: 10e6, free: 1e9 });
    expect(words).toBe('2 works, 30 MB, of which 10 MB are here already. 1 GB are free.');
  });

  test('that doesn’t fit is told with both numbers', () => {
    expect(sumInWords({ count: 1, bytes: 30e6, held: 0, free: 5e6 })).toContain(
      '30 MB more are needed, and 5 MB are free',
    );
  });
});
