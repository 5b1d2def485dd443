import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createCodecs } from '../../src/codec/codecs.ts';
import { decodeTile } from '../../src/codec/decode-tile.ts';
import { countPackets } from '../../src/codec/jpeg2000-packets.ts';
import { jpeg2000Tile } from './jpeg2000-files.ts';

/** SOC, and a COD segment of 5 levels in 12 layers with these precincts. */
function header(...precincts: readonly number[]): Uint8Array {
  const style = precincts.length > 0 ? 1 : 0;
  return Uint8Array.of(
    0xff,
    0x4f,
    0xff,
    0x52,
    0,
    12 + precincts.length,
    style,
    2,
    0,
    12,
    0,
    5,
    4,
    4,
    0,
    0,
    ...precincts,
  );
}

const tile = { width: 4096, height: 4096, bitsPerComponent: [8, 8, 8] };

describe('packets', () => {
  test('without precincts are one for each resolution, layer and component, and those that may be cut', () => {
    expect(countPackets(header(), tile)).toBe(3 * 12 * 6 * 4);
  });

  test('are counted by precincts', () => {
    const sides = [1, 1, 2, 4, 8, 16].map((count) => count + 1);
    const expected = 3 * 12 * sides.reduce((sum, side) => sum + side ** 2, 0);
    expect(countPackets(header(0x88, 0x88, 0x88, 0x88, 0x88, 0x88), tile)).toBe(expected);
  });

  test('of a header that ends too early are none', () => {
    expect(countPackets(header().subarray(0, 9), tile)).toBe(0);
  });
});

test('a codestream of too many is refused before it is decoded', async () => {
  const stored = new Uint8Array(readFileSync(new URL('picture-64x48.j2k', import.meta.url)));
  const cod = stored.findIndex((byte, index) => byte === 0xff && stored[index + 1] === 0x52);
  const levels = stored[cod + 9] ?? 0;
  const precincts = new Uint8Array(levels + 1);
  const head = stored.slice(0, cod + 14);
  head[cod + 3] = 12 + precincts.length;
  head[cod + 4] = 1;
  head.set([0xff, 0xff], cod + 6);
  const damaged = Uint8Array.from([...head, ...precincts, ...stored.subarray(cod + 14)]);
  const codecs = createCodecs(() => Promise.reject(new Error('not loaded')));
  await expect(decodeTile(jpeg2000Tile(damaged, { x0: 0, y0: 0, x1: 64, y1: 48 }), codecs)).rejects.toMatchObject({
    status: 501,
    message: expect.stringContaining('packets'),
  });
});
