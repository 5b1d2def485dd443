import { describe, expect, test } from 'vitest';
import { cropJpeg } from '../../src/codec/jpeg-crop.ts';
import { jpegFrame } from '../../src/codec/jpeg-frame.ts';
import { Random } from '../kernel/random.ts';
import { type JpegBlocks, readBlocks, writeJpeg } from './jpeg-blocks.ts';
import { CHROMA, cut, randomBlocks, SAMPLINGS, STANDARD } from './jpeg-crop-pictures.ts';
import { picture, sharpOf } from './pictures.ts';

describe('not cut', () => {
  const blocks = randomBlocks(new Random(2), 64, 64, [{ h: 2, v: 2 }, CHROMA, CHROMA]);
  const jpeg = writeJpeg(blocks, { tables: STANDARD, restartInterval: 2 });
  const frame = jpegFrame(jpeg).offset;
  const scan = Buffer.from(jpeg).lastIndexOf(Buffer.from([0xff, 0xda]));
  const changed = (at: number, ...by: number[]) => {
    const copy = Uint8Array.from(jpeg);
    copy.set(by, at);
    return copy;
  };

  test('progressive', async () => {
    const progressive = await sharpOf(picture(64, 64, 3))
      .jpeg({ progressive: true })
      .toBuffer();
    expect(cropJpeg(progressive, 20, 20)).toBeUndefined();
    expect(cropJpeg(progressive, 63, 63)).toBeUndefined();
  });

  test('sizes that it does not have', () => {
    const sizes = [
      [65, 64],
      [64, 65],
      [0, 64],
      [64, 0],
      [-1, 64],
      [Number.NaN, 64],
    ] as const;
    for (const [width, height] of sizes) expect(cropJpeg(jpeg, width, height)).toBeUndefined();
  });

  test.each([
    ['arithmetic coding', changed(frame + 1, 0xc9)],
    ['12 bits', changed(frame + 1, 0xc1, 0, 17, 12)],
    ['components in scans of their own', changed(scan + 4, 1)],
    ['a scan in another order', changed(scan + 5, 2, 0x11, 1, 0x00)],
    ['Huffman tables that are not there', changed(scan + 6, 0x33)],
    ['more blocks in an MCU than there may be', changed(frame + 11, 0x33)],
    ['a marker in the data', changed(jpeg.length - 9, 0xff, 0xc4)],
    ['a restart marker out of turn', changed(jpeg.indexOf(0xd0, scan), 0xd5)],
    ['data that ends too early', jpeg.subarray(0, scan + 60)],
    ['a header cut off', jpeg.subarray(0, scan + 5)],
    ['no JPEG', new Uint8Array(100)],
    ['nothing', new Uint8Array(0)],
  ])('%s', (_, bytes) => {
    expect(cropJpeg(bytes, 20, 60)).toBeUndefined();
  });

  test('damaged shared tables', () => {
    expect(cropJpeg(jpeg, 20, 20, new Uint8Array([0xff, 0xd8, 0xff, 0xc4, 0xff, 0xff, 0]))).toBeUndefined();
    expect(cropJpeg(jpeg, 20, 20, new Uint8Array([0xff, 0xd8, 0xff, 0xc4, 0, 9, 0, 0, 0, 0, 0, 0, 0]))).toBeUndefined();
  });

  test('a DC difference that the Huffman table has neither a code nor room for', () => {
    // Two codes of one bit: differences of 0 and 1 or -1, and nothing is free. AC: only the end of a block.
    const dc = [0xff, 0xc4, 0, 21, 0x00, 2, ...Array<number>(15).fill(0), 0, 1];
    const ac = [0xff, 0xc4, 0, 20, 0x10, 1, ...Array<number>(15).fill(0), 0];
    const quantisation = [0xff, 0xdb, 0, 67, 0, ...Array<number>(64).fill(8)];
    const rising = (levels: readonly number[]): JpegBlocks => ({
      width: 32,
      height: 16,
      components: [CHROMA],
      mcus: levels.map((level) => [new Int16Array(64).fill(level, 0, 1)]),
    });
    const written = (levels: readonly number[]) =>
      writeJpeg(rising(levels), { tables: Uint8Array.from([...quantisation, ...dc, ...ac]) });
    expect(cropJpeg(written([1, 2, 3, 4, 5, 6, 7, 8]), 8, 16)).toBeUndefined();
    expect(readBlocks(cut(written([1, 2, 3, 2, 1, 0, 1, 2]), 8, 16)).mcus.map(([block]) => block?.[0])).toEqual([1, 1]);
  });
});

describe('damaged data', () => {
  const random = new Random(3);
  const mutant = (jpeg: Uint8Array) => {
    const copy = jpeg.slice(0, random.real() < 0.1 ? random.whole(0, jpeg.length) : jpeg.length);
    // Half of the changes go to the header, which is much shorter than the data.
    const most = random.real() < 0.5 ? 640 : copy.length;
    for (let i = random.whole(1, 4); i > 0; i--)
      copy[random.whole(0, most)] = random.pick([0, 1, 255, random.whole(0, 255)]);
    return copy;
  };

  test.each(SAMPLINGS)('%s: is cut or not, at once, and hardly grows', (_, components) => {
    const jpegs = [0, 3].map((restartInterval) =>
      writeJpeg(randomBlocks(random, 96, 96, components), { tables: STANDARD, restartInterval }),
    );
    let cuts = 0;
    for (let i = 0; i < 300; i++) {
      const damaged = mutant(random.pick([jpegs[0] ?? STANDARD, jpegs[1] ?? STANDARD]));
      const cropped = cropJpeg(damaged, random.whole(1, 96), random.whole(1, 96), random.pick([undefined, damaged]));
      expect(cropped?.length ?? 0).toBeLessThanOrEqual(damaged.length + 1024);
      if (cropped) cuts++;
    }
    expect(cuts).toBeGreaterThan(30);
    expect(cuts).toBeLessThan(270);
  });

  test('a picture of 65535 × 65535 pixels of which nothing is there', () => {
    const jpeg = writeJpeg(randomBlocks(random, 8, 8, [CHROMA]), { tables: STANDARD });
    jpeg.set([255, 255, 255, 255], jpegFrame(jpeg).offset + 5);
    expect(cropJpeg(jpeg, 8, 65_535)).toBeUndefined();
    expect(cropJpeg(jpeg, 65_000, 65_000)).toBeUndefined();
  });
});
