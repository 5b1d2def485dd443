import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Codecs, createCodecs } from '../../src/codec/codecs.ts';
import { type DecodedTile, decodeTile } from '../../src/codec/decode-tile.ts';
import type { EncodedTile, Jpeg2000Encoding, Jpeg2000Part } from '../../src/image/image.ts';
import { Random } from '../kernel/random.ts';
import { codestreamOf, hasOpenJpeg, interleaved, jpeg2000Tile, nativeSamples, rawPicture } from './jpeg2000-files.ts';
import { loadWasm } from './load.ts';
import { picture } from './pictures.ts';

const codecs = createCodecs(loadWasm);

async function samples(tile: EncodedTile, from: Codecs = codecs): Promise<Extract<DecodedTile, { kind: 'samples' }>> {
  const decoded = await decodeTile(tile, from);
  if (decoded.kind !== 'samples') throw new Error('not samples');
  return decoded;
}

async function bytesOf(tile: EncodedTile): Promise<Uint8Array> {
  const { planes } = await samples(tile);
  return planes[0] ?? new Uint8Array();
}

function largestDifference(a: Uint8Array, b: Uint8Array): number {
  expect(a.length).toBe(b.length);
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs((a[i] ?? 0) - (b[i] ?? 0)));
  return largest;
}

/** Lossless, of `picture(64, 48, 3)`. */
const stored = new Uint8Array(readFileSync(new URL('picture-64x48.j2k', import.meta.url)));
const expected = picture(64, 48, 3);
const whole = { x0: 0, y0: 0, x1: 64, y1: 48 };

function cropped(x: number, y: number, width: number, height: number): Uint8Array {
  const rows = Array.from({ length: height }, (_, row) => {
    const start = ((y + row) * expected.width + x) * 3;
    return [...expected.data.subarray(start, start + width * 3)];
  });
  return Uint8Array.from(rows.flat());
}

describe('a codestream', () => {
  test('is decoded without loss', async () => {
    expect(await samples(jpeg2000Tile(stored, whole))).toMatchObject({
      ...{ kind: 'samples', width: 64, height: 48, planes: [expected.data] },
      encoding: { bitsPerSample: 8, samplesPerPixel: 3, colourSamples: 3, alpha: 'none', window: undefined },
    });
  });

  test('is decoded in an area', async () => {
    const area = { x0: 7, y0: 11, x1: 40, y1: 29 };
    expect(await bytesOf(jpeg2000Tile(stored, area))).toEqual(cropped(7, 11, 33, 18));
  });

  test('is put where it belongs, and cut to the tile', async () => {
    const parts: Jpeg2000Part[] = [
      { x: 0, y: 0, area: { x0: 30, y0: 10, x1: 50, y1: 20 } },
      { x: 20, y: 0, area: { x0: 50, y0: 10, x1: 60, y1: 48 } },
    ];
    const tile = { ...jpeg2000Tile(stored, whole, { parts }), planes: [stored, stored], width: 30, height: 10 };
    expect(await bytesOf(tile)).toEqual(cropped(30, 10, 30, 10));
  });

  test('gives its channels in the order that is asked for', async () => {
    const grey = await bytesOf(jpeg2000Tile(stored, whole, { space: 'grey', channels: [2] }));
    expect(grey).toEqual(expected.data.filter((_, index) => index % 3 === 2));
    const turned = await samples(jpeg2000Tile(stored, whole, { channels: [2, 1, 0, 1], alpha: 'unassociated' }));
    expect(turned.encoding).toMatchObject({ samplesPerPixel: 4, colourSamples: 3, alpha: 'unassociated' });
    const [r, g, b] = expected.data.subarray(300);
    expect([...(turned.planes[0]?.subarray(400, 404) ?? [])]).toEqual([b, g, r, g]);
  });

  test('of indices comes with its palette', async () => {
    const palette = new Random(1).bytes(4 * 200);
    const { encoding, planes } = await samples(jpeg2000Tile(stored, whole, { palette, channels: [0, 1, 2] }));
    expect(encoding).toMatchObject({ bitsPerSample: 8, samplesPerPixel: 1, colourSamples: 1 });
    expect(encoding.palette?.subarray(0, 800)).toEqual(palette);
    expect(encoding.palette).toHaveLength(1024);
    expect(planes[0]).toEqual(expected.data.filter((_, index) => index % 3 === 0));
  });

  test('of indices into a large palette is looked up, those past its end as its last colour', async () => {
    const indices = expected.data.filter((_, index) => index % 3 === 0);
    for (const entries of [300, 1000]) {
      const palette = new Random(2).bytes(4 * entries);
      for (const [alpha, samplesPerPixel] of [['none', 3] as const, ['unassociated', 4] as const]) {
        const { encoding, planes } = await samples(jpeg2000Tile(stored, whole, { palette, alpha }));
        expect(encoding).toMatchObject({ bitsPerSample: 8, samplesPerPixel, colourSamples: 3, alpha });
        const colours = [...indices].flatMap((index) => [...palette.subarray(4 * index, 4 * index + samplesPerPixel)]);
        expect([...(planes[0] ?? [])]).toEqual(colours);
      }
    }
  });

  test.skipIf(!hasOpenJpeg)('of indices of 12 bits past the end of a palette are its last colour', async () => {
    const deep = codestreamOf(rawPicture(64, 48, 12, 1));
    const palette = new Random(3).bytes(4 * 2);
    const { planes } = await samples(jpeg2000Tile(deep, whole, { palette, bitsPerComponent: [12], alpha: 'none' }));
    expect([...(planes[0]?.subarray(-3) ?? [])]).toEqual([...palette.subarray(4, 7)]);
  });
});

describe('what does not fit is refused before it is decoded', () => {
  const refused = (tile: EncodedTile) =>
    decodeTile(
      tile,
      createCodecs(() => Promise.reject(new Error('not loaded'))),
    );

  test.each<[string, Partial<Jpeg2000Encoding>, number, string]>([
    ['other components', { bitsPerComponent: [8, 8], channels: [0, 1, 1] }, 502, 'it has 8,8,8 bits'],
    ['other bits', { bitsPerComponent: [8, 8, 12] }, 502, 'has 8,8,12 bits'],
    ['too few channels', { channels: [0, 1] }, 502, 'too few of them for rgb'],
    ['an area outside', { parts: [{ x: 0, y: 0, area: { ...whole, x0: 10, x1: 74 } }] }, 502, 'the area 10,0–74,48'],
    ['an area of nothing', { parts: [{ x: 64, y: 0, area: whole }] }, 502, 'the area 0,0–0,48'],
    ['codestreams without a place', { parts: [] }, 502, '1 codestreams for 0 places'],
  ])('%s', async (_, more, status, message) => {
    await expect(refused(jpeg2000Tile(stored, whole, more))).rejects.toMatchObject({
      status,
      message: expect.stringContaining(message),
    });
  });

  test('a tile of too many pixels', async () => {
    const tile = { ...jpeg2000Tile(stored, whole), width: 8192, height: 8192 };
    await expect(refused(tile)).rejects.toMatchObject({ status: 501 });
  });

  test('bytes that are no codestream', async () => {
    await expect(refused(jpeg2000Tile(stored.subarray(0, 30), whole))).rejects.toMatchObject({ status: 502 });
    await expect(refused(jpeg2000Tile(new Uint8Array(100), whole))).rejects.toMatchObject({ status: 502 });
  });
});

describe('a damaged codestream', () => {
  test('that was cut shows what is there', async () => {
    const bytes = await bytesOf(jpeg2000Tile(stored.subarray(0, stored.length >> 1), whole));
    expect(largestDifference(bytes, expected.data)).toBeGreaterThan(0);
  });

  test('answers in words, and the next one is decoded', async () => {
    const damaged = stored.slice();
    damaged.fill(0, 60, 110);
    await expect(bytesOf(jpeg2000Tile(damaged, whole))).rejects.toMatchObject({
      status: 502,
      message: expect.stringContaining('damaged (OpenJPEG: '),
    });
    expect(await bytesOf(jpeg2000Tile(stored, whole))).toEqual(expected.data);
  });

  test('whose header asks for more memory than there is answers 503, and the next one is decoded', {
    timeout: 60_000,
  }, async () => {
    const large = stored.slice();
    const view = new DataView(large.buffer);
    // Xsiz, Ysiz, XTsiz, YTsiz.
    for (const at of [8, 12, 24, 28]) view.setUint32(at, 20_000);
    const tile = jpeg2000Tile(large, { x0: 0, y0: 0, x1: 20_000, y1: 800 });
    await expect(bytesOf(tile)).rejects.toMatchObject({ status: 503, message: expect.stringContaining('no memory') });
    expect(await bytesOf(jpeg2000Tile(stored, whole))).toEqual(expected.data);
  });
});

test('codestreams wait for each other, and what is given up is not decoded', async () => {
  const order: string[] = [];
  const stop = new AbortController();
  const ask = (name: string, signal?: AbortSignal) =>
    decodeTile(jpeg2000Tile(stored, whole), codecs, signal).then(
      () => order.push(name),
      () => order.push(`${name} given up`),
    );
  const first = ask('first');
  const second = ask('second', stop.signal);
  const third = ask('third');
  stop.abort();
  await Promise.all([first, second, third]);
  expect(order).toEqual(['first', 'second given up', 'third']);
});

describe.skipIf(!hasOpenJpeg)('against opj_decompress', () => {
  const [width, height] = [301, 203];
  const rows: readonly (readonly [string, number, number, readonly string[]])[] = [
    ['5/3', 8, 3, []],
    ['9/7', 8, 3, ['-I', '-r', '12']],
    ['grey', 8, 1, ['-I', '-r', '8']],
    ['grey, 16 bits', 16, 1, []],
    ['12 bits', 12, 3, []],
    ['16 bits, 9/7', 16, 3, ['-I', '-r', '8']],
    ['tiles and an offset', 8, 3, ['-t', '100,80', '-d', '37,11', '-T', '5,3']],
    ['layers, SOP, EPH, precincts', 8, 3, ['-r', '40,20,10', '-SOP', '-EPH', '-p', 'RPCL', '-c', '[64,64]']],
    ['BYPASS, TERMALL, VSC, ERTERM, SEGSYM', 8, 3, ['-M', '61']],
    ['no transform of components', 8, 5, ['-mct', '0']],
  ];

  test.each(rows)('equal samples: %s', { timeout: 30_000 }, async (name, bits, components, options) => {
    const codestream = codestreamOf(rawPicture(width, height, bits, components), ...options);
    const [left, top] = name.includes('offset') ? [37, 11] : [0, 0];
    const random = new Random(bits * components);
    const space = components === 1 ? 'grey' : 'rgb';
    const used = components === 1 ? 1 : 3;
    const bytes = bits > 8 ? 2 : 1;
    for (const reduce of [0, 1, 3]) {
      const x0 = left + random.whole(0, 150);
      const y0 = top + random.whole(0, 100);
      const area = { x0, y0, x1: x0 + random.whole(20, 150), y1: y0 + random.whole(20, 100) };
      const words = [`${area.x0},${area.y0},${area.x1},${area.y1}`, '-r', `${reduce}`];
      const planar = nativeSamples(codestream, '-d', ...words);
      const tile = jpeg2000Tile(codestream, area, {
        ...{ reduce, space, channels: components === 1 ? [0] : [0, 1, 2] },
        bitsPerComponent: Array.from({ length: components }, () => bits),
      });
      const colours = planar.subarray(0, (planar.length / components) * used);
      expect(await bytesOf(tile)).toEqual(interleaved(colours, used, bytes));
    }
  });

  test('layers are left out', async () => {
    const codestream = codestreamOf(rawPicture(128, 128, 8, 1), '-r', '40,10,1');
    const area = { x0: 0, y0: 0, x1: 128, y1: 128 };
    const grey = { space: 'grey', channels: [0], bitsPerComponent: [8] } as const;
    const tile = jpeg2000Tile(codestream, area, { ...grey, layers: 1 });
    expect(await bytesOf(tile)).toEqual(nativeSamples(codestream, '-l', '1'));
    expect(await bytesOf(jpeg2000Tile(codestream, area, grey))).toEqual(rawPicture(128, 128, 8, 1).data);
  });

  test('subsampled YCbCr becomes RGB', async () => {
    const codestream = codestreamOf(rawPicture(120, 90, 8, 3, { subsampling: [2, 2] }));
    const area = { x0: 0, y0: 0, x1: 120, y1: 90 };
    const native = interleaved(nativeSamples(codestream), 3);
    // opj_decompress cuts fractions off where they are rounded here.
    expect(largestDifference(await bytesOf(jpeg2000Tile(codestream, area, { space: 'ycbcr' })), native)).toBeLessThan(
      3,
    );
  });

  test('values of more than 8 bits keep their range, signed ones are shifted, few bits are widened', async () => {
    const area = { x0: 0, y0: 0, x1: 60, y1: 40 };
    const grey = { space: 'grey', channels: [0] } as const;
    const twelve = codestreamOf(rawPicture(60, 40, 12, 1));
    const { encoding } = await samples(jpeg2000Tile(twelve, area, { ...grey, bitsPerComponent: [12] }));
    expect(encoding).toMatchObject({ bitsPerSample: 16, window: { min: 0, max: 4095 } });
    const signed = codestreamOf(rawPicture(60, 40, 8, 1, { signed: true }));
    const { data } = rawPicture(60, 40, 8, 1);
    expect(await bytesOf(jpeg2000Tile(signed, area, { ...grey, bitsPerComponent: [8] }))).toEqual(data);
    const four = rawPicture(60, 40, 4, 1);
    const widened = await bytesOf(jpeg2000Tile(codestreamOf(four), area, { ...grey, bitsPerComponent: [4] }));
    expect(widened).toEqual(four.data.map((value) => value * 17));
  });

  test('alpha beside 12 bits uses all of its 16', async () => {
    const raw = rawPicture(60, 40, 12, 2);
    const tile = jpeg2000Tile(
      codestreamOf(raw),
      { x0: 0, y0: 0, x1: 60, y1: 40 },
      {
        ...{ space: 'grey', channels: [0, 1], bitsPerComponent: [12, 12], alpha: 'unassociated' },
      },
    );
    const found = new Uint16Array((await bytesOf(tile)).buffer);
    const values = new Uint16Array(raw.data.buffer);
    expect([found[0], found[1]]).toEqual([values[0], Math.round(((values[2400] ?? 0) * 65_535) / 4095)]);
  });
});

test('the decoder is the one whose provenance is told', () => {
  const folder = new URL('../../src/codec/openjpeg/', import.meta.url);
  const hash = createHash('sha256')
    .update(readFileSync(new URL('openjpeg.wasm', folder)))
    .digest('hex');
  expect(readFileSync(new URL('PROVENANCE.md', folder), 'utf8')).toContain(hash);
});
