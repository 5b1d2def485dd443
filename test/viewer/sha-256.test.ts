import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { sha256 } from '../../sw/sha-256.ts';

test('the digest for insecure pages is SHA-256, around the ends of blocks too', () => {
  for (const length of [0, 1, 55, 56, 63, 64, 65, 119, 120, 1000]) {
    const message = Uint8Array.from({ length }, (_, index) => index * 7);
    expect(Buffer.from(sha256(message)).toString('hex'), `${length} bytes`).toBe(
      createHash('sha256').update(message).digest('hex'),
    );
  }
});
