import { deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { inflate } from '../../src/codec/inflate.ts';

const plain = new Uint8Array(300_000).map((_, i) => (i * i) >> 7);
const zlib = new Uint8Array(deflateSync(plain));

function followedBy(surplus: number): Uint8Array {
  const bytes = new Uint8Array(zlib.length + surplus).fill(7);
  bytes.set(zlib);
  return bytes;
}

test('gives back what was deflated', async () => {
  expect(Buffer.compare(await inflate(zlib, plain.length), plain)).toBe(0);
});

test.each([1, 4, 100, 5000])('%i bytes behind the stream are ignored', async (surplus) => {
  expect(Buffer.compare(await inflate(followedBy(surplus), plain.length), plain)).toBe(0);
});

test('no more than the expected length is kept', async () => {
  expect(Buffer.compare(await inflate(zlib, 1000), plain.subarray(0, 1000))).toBe(0);
  const bomb = new Uint8Array(deflateSync(new Uint8Array(50_000_000)));
  expect((await inflate(bomb, 100)).buffer.byteLength).toBe(100);
});

test('a stream that gives too little is 502, and says how much', async () => {
  await expect(inflate(zlib, plain.length + 1)).rejects.toMatchObject({
    status: 502,
    message: expect.stringContaining('should give 300001 bytes and gave 300000'),
  });
});

test.each([
  ['truncated', zlib.subarray(0, zlib.length >> 1)],
  ['empty', new Uint8Array(0)],
  ['garbage', new Uint8Array(1000).fill(0x55)],
  ['damaged', zlib.map((byte, i) => (i % 50 === 49 ? byte ^ 255 : byte))],
])('%s data is 502', async (_, bytes) => {
  await expect(inflate(bytes, plain.length)).rejects.toMatchObject({ status: 502 });
});
