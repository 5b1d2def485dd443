import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { decodeCcitt } from '../../src/codec/ccitt.ts';
import { createCodecs } from '../../src/codec/codecs.ts';
import { decodeTile } from '../../src/codec/decode-tile.ts';
import { decodeLzw } from '../../src/codec/lzw.ts';
import { decodePackBits } from '../../src/codec/packbits.ts';
import { reverseBits } from '../../src/codec/reverse-bits.ts';
import { ImageServerError } from '../../src/errors.ts';
import { Random } from '../kernel/random.ts';
import { loadWasm } from './load.ts';
import { picture } from './pictures.ts';
import { convert, hasTool, tiffParts, tileOf } from './tiff-parts.ts';
import { bilevelTiff, plainTiff } from './tiff-samples.ts';

const codecs = createCodecs(loadWasm);

describe('LZW', () => {
  /** As TIFF 5.0's appendix has it, or as writers before it did: codes from the lowest bit on. */
  function encodeLzw(data: Uint8Array, old: boolean): Uint8Array {
    const bits: number[] = [];
    let width = 9;
    const put = (code: number) => {
      for (let i = 0; i < width; i++) bits.push((code >> (old ? i : width - 1 - i)) & 1);
    };
    let codes = new Map<string, number>();
    const clear = () => {
      put(256);
      codes = new Map();
      width = 9;
    };
    clear();
    const codeOf = (text: string) => (text.length === 1 ? text.charCodeAt(0) : codes.get(text));
    let text = '';
    for (const byte of data) {
      const longer = text + String.fromCharCode(byte);
      if (codeOf(longer) !== undefined) {
        text = longer;
        continue;
      }
      put(codeOf(text) ?? 0);
      const next = 258 + codes.size;
      codes.set(longer, next);
      if (next + (old ? 0 : 1) === 1 << width) width++;
      if (next === 4093) clear();
      text = longer.slice(-1);
    }
    put(codeOf(text) ?? 0);
    put(257);
    const bytes = new Uint8Array(Math.ceil(bits.length / 8));
    bits.forEach((bit, i) => {
      bytes[i >> 3] = (bytes[i >> 3] ?? 0) | (bit << (old ? i & 7 : 7 - (i & 7)));
    });
    return bytes;
  }

  const contents = [
    ['a picture', picture(150, 90, 3).data],
    ['noise', new Random(4).bytes(20_000)],
    ['one value', new Uint8Array(70_000).fill(7)],
    ['a single byte', Uint8Array.of(9)],
  ] as const;

  test.each(contents)('%s, the usual way and that of old writers', (_, data) => {
    for (const old of [false, true]) expect(decodeLzw(encodeLzw(data, old), data.length)).toEqual(data);
  });

  test('surplus is ignored; data that ends early, or has codes before they are defined, is 502 with numbers', () => {
    const data = picture(50, 40, 3).data;
    const coded = encodeLzw(data, false);
    expect(decodeLzw(coded, 100)).toEqual(data.subarray(0, 100));
    const damaged = { status: 502, message: expect.stringMatching(/should give 6000 bytes and gave \d+/) };
    expect(() => decodeLzw(coded.subarray(0, 50), 6000)).toThrow(expect.objectContaining(damaged));
    expect(() => decodeLzw(Uint8Array.of(0x80, 0x3f, 0xff, 0xff), 6000)).toThrow(expect.objectContaining(damaged));
    expect(() => decodeLzw(new Uint8Array(), 6000)).toThrow(expect.objectContaining(damaged));
  });
});

describe('PackBits', () => {
  test('runs, copies and bytes without meaning; the example of TIFF 6.0', () => {
    const packed = [0xfe, 0xaa, 0x02, 0x80, 0x00, 0x2a, 0xfd, 0xaa, 0x80, 0x03, 0x80, 0x00, 0x2a, 0x22, 0xf7, 0xaa];
    const plain = 'aa aa aa 80 00 2a aa aa aa aa 80 00 2a 22 aa aa aa aa aa aa aa aa aa aa';
    const bytes = Uint8Array.from(plain.split(' '), (hex) => Number.parseInt(hex, 16));
    expect(decodePackBits(Uint8Array.from(packed), 24)).toEqual(bytes);
    expect(decodePackBits(Uint8Array.from(packed), 5)).toEqual(bytes.subarray(0, 5));
    for (const cut of [1, 3, 15]) {
      expect(() => decodePackBits(Uint8Array.from(packed.slice(0, cut)), 24)).toThrow(/should give 24 bytes and gave/);
    }
  });
});

describe('fax data', () => {
  const scheme = 'ccitt-g3';

  /** Lines of 16 pixels: 8 white, 8 black, with marks before them. */
  function lines(count: number, damaged: readonly number[]): Uint8Array {
    const line = `000000000001${'10011'}${'000101'}`;
    const bits = Array.from({ length: count }, (_, i) => (damaged.includes(i) ? '00000000000100000000110' : line)).join(
      '',
    );
    const padded = `${bits}000000000001`.padEnd(8 * Math.ceil((bits.length + 12) / 8), '0');
    return Uint8Array.from(padded.match(/.{8}/g) ?? [], (byte) => Number.parseInt(byte, 2));
  }

  test('a damaged line is shown as the one before, and the next is found again', () => {
    const decoded = decodeCcitt(lines(8, [0, 3, 4]), { width: 16, height: 8, scheme });
    expect([...decoded]).toEqual([0, 0, ...Array(7).fill([0, 255]).flat()]);
  });

  test('where most lines are damaged, or missing, it is 502', () => {
    const options = { width: 16, height: 8, scheme } as const;
    expect(() => decodeCcitt(lines(8, [0, 1, 2, 3, 4]), options)).toThrow(expect.objectContaining({ status: 502 }));
    expect(() => decodeCcitt(lines(5, []), options)).toThrow(/5 of 8 lines/);
    expect(() => decodeCcitt(new Uint8Array(), options)).toThrow(/0 of 8 lines/);
  });

  test('lines after the end mark of a page are white', () => {
    const g4 = decodeCcitt(Uint8Array.of(0x00, 0x10, 0x01), { width: 16, height: 2, scheme: 'ccitt-g4' });
    expect([...g4]).toEqual([0, 0, 0, 0]);
  });

  test('samples that fax data can not hold are refused', async () => {
    const tiff = tiffParts(plainTiff({ width: 8, height: 8, bits: 8, photometric: 1 }, new Uint8Array(64)));
    await expect(decodeTile(tileOf(tiff, 0, { compression: 'ccitt-g4' }), codecs)).rejects.toMatchObject({
      status: 502,
    });
  });
});

describe('damaged data of every compression', () => {
  const rgb = picture(90, 60, 3);
  const plain = plainTiff({ width: 90, height: 60, bits: 8, samples: 3, photometric: 2 }, rgb.data);
  const bits = bilevelTiff(200, 80, new Random(8));

  (hasTool('tiffcp') ? test : test.skip).each([
    ['lzw', plain, '-c lzw', 2000],
    ['packbits', plain, '-c packbits', 2000],
    ['zstd', plain, '-c zstd', 400],
    ['lerc', plain, '-c lerc', 400],
    ['g3', bits, '-c g3:1d', 2000],
    ['g3, two dimensions', bits, '-c g3:2d:fill', 2000],
    ['g4', bits, '-c g4', 2000],
  ] as const)(
    '%s: many kinds of damage end in samples of the right size or a 502, at once',
    async (_, file, options, rounds) => {
      const tile = tileOf(tiffParts(convert(file, `tiffcp ${options} -r 1000 {in} {out}`)));
      const [stored = new Uint8Array()] = tile.planes;
      const whole = await decodeTile(tile, codecs);
      if (whole.kind !== 'samples') throw new Error(whole.kind);
      const random = new Random(77);
      const outcomes = { read: 0, refused: 0 };
      let slowest = 0;
      for (let round = 0; round < rounds; round++) {
        const start = performance.now();
        try {
          const decoded = await decodeTile({ ...tile, planes: [damage(stored, random)] }, codecs);
          if (decoded.kind !== 'samples') throw new Error(decoded.kind);
          expect(decoded.planes.map(({ length }) => length)).toEqual(whole.planes.map(({ length }) => length));
          outcomes.read++;
        } catch (error) {
          if (!(error instanceof ImageServerError)) throw error;
          expect(error.status).toBe(502);
          outcomes.refused++;
        }
        slowest = Math.max(slowest, performance.now() - start);
      }
      expect(outcomes.refused).toBeGreaterThan(20);
      expect(slowest).toBeLessThan(1000);
    },
    60_000,
  );

  test('deflate within LERC that never ends is stopped', async () => {
    const tile = tileOf(tiffParts(plain), 0, { compression: 'lerc' });
    const bomb = new Uint8Array(deflateSync(new Uint8Array(50_000_000)));
    await expect(decodeTile({ ...tile, planes: [bomb] }, codecs)).rejects.toMatchObject({ status: 502 });
  });

  function damage(stored: Uint8Array, random: Random): Uint8Array {
    const bytes = Uint8Array.from(stored);
    for (let i = random.whole(1, 5); i > 0; i--) {
      const at = random.whole(0, bytes.length - 1);
      const change = random.whole(0, 3);
      if (change === 0) bytes[at] = random.whole(0, 255);
      else if (change === 1) bytes[at] = (bytes[at] ?? 0) ^ (1 << random.whole(0, 7));
      else if (change === 2) bytes.copyWithin(at, random.whole(0, bytes.length - 1));
      else if (random.real() < 0.2) return bytes.slice(0, at);
      else bytes.fill(random.pick([0, 255]), at, at + random.whole(1, 9));
    }
    return bytes;
  }
});

test('bits in reverse order', () => {
  expect([...reverseBits(Uint8Array.of(1, 0x80, 0xc3, 0x2f))]).toEqual([0x80, 1, 0xc3, 0xf4]);
});
