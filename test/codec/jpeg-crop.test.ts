import { existsSync, readFileSync } from 'node:fs';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { cropJpeg } from '../../src/codec/jpeg-crop.ts';
import { jpegFrame } from '../../src/codec/jpeg-frame.ts';
import { spliceJpeg } from '../../src/codec/jpeg-splice.ts';
import { Random } from '../kernel/random.ts';
import { type JpegBlocks, mcuSize, readBlocks, writeJpeg } from './jpeg-blocks.ts';
import { CHROMA, cut, randomBlocks, SAMPLINGS, STANDARD } from './jpeg-crop-pictures.ts';
import { picture, sharpOf, tiffTile } from './pictures.ts';

/** The MCUs that hold the top-left pixels. */
function keptMcus({ width, components, mcus }: JpegBlocks, keptWidth: number, keptHeight: number) {
  const mcu = mcuSize(components);
  const columns = Math.ceil(width / mcu.width);
  return mcus.filter(
    (_, i) =>
      i % columns < Math.ceil(keptWidth / mcu.width) && Math.floor(i / columns) < Math.ceil(keptHeight / mcu.height),
  );
}

function bytesOf(mcus: JpegBlocks['mcus']): Buffer {
  return Buffer.concat(mcus.flat().map(({ buffer }) => new Uint8Array(buffer)));
}

/** Decoded by libjpeg, which must not find anything to warn of. */
async function decoded(jpeg: Uint8Array, width?: number, height?: number) {
  const whole = sharp(jpeg, { failOn: 'warning' });
  const part = width && height ? whole.extract({ left: 0, top: 0, width, height }) : whole;
  const { data, info } = await part.raw().toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height, channels: info.channels };
}

/** Largest difference of samples between a cut picture and the picture itself: inside, and in its last two columns and rows. */
async function difference(cropped: Uint8Array, jpeg: Uint8Array): Promise<{ inside: number; border: number }> {
  const a = await decoded(cropped);
  const b = await decoded(jpeg, a.width, a.height);
  let inside = 0;
  let border = 0;
  for (let i = 0; i < b.data.length; i++) {
    const pixel = Math.floor(i / a.channels);
    const isBorder = pixel % a.width >= a.width - 2 || Math.floor(pixel / a.width) >= a.height - 2;
    const apart = Math.abs((a.data[i] ?? 0) - (b.data[i] ?? 0));
    if (isBorder) border = Math.max(border, apart);
    else inside = Math.max(inside, apart);
  }
  return { inside, border };
}

describe.each(SAMPLINGS)('%s: what is kept has the coefficients that it had', (name, components) => {
  test.each([0, 1, 3, 7, 100])('restart markers after %i MCUs', async (restartInterval) => {
    const random = new Random(name.length * 1000 + restartInterval);
    for (let round = 0; round < 8; round++) {
      const stored = randomBlocks(random, random.whole(1, 130), random.whole(1, 90), components);
      const jpeg = writeJpeg(stored, { tables: STANDARD, restartInterval });
      const width = random.whole(1, stored.width);
      const height = random.whole(1, stored.height);
      const cropped = cut(jpeg, width, height);
      const found = readBlocks(cropped);
      expect(found).toMatchObject({ width, height });
      expect(Buffer.compare(bytesOf(found.mcus), bytesOf(keptMcus(stored, width, height)))).toBe(0);
      expect(cropped.length).toBeLessThanOrEqual(jpeg.length + 1024);
      // libjpeg takes four components for CMYK, and interpolates no colours where there are but two columns of them.
      const comparable = components.length < 4 && width > 4;
      if (comparable && round < 3) expect(await difference(cropped, jpeg)).toMatchObject({ inside: 0 });
    }
  });
});

describe('pixels of a cut picture by libjpeg', () => {
  const SIZES = [
    [200, 200],
    [187, 256],
    [256, 131],
    [250, 251],
    [8, 8],
    [1, 1],
    [17, 240],
  ] as const;

  test.each([
    ['grey', 1, '4:2:0'],
    ['4:4:4', 3, '4:4:4'],
  ] as const)('%s: are the same', async (_, channels, chromaSubsampling) => {
    const space = channels === 1 ? 'b-w' : 'srgb';
    const stored = sharpOf(picture(256, 256, channels)).toColourspace(space);
    const jpeg = await stored.jpeg({ chromaSubsampling, optimiseCoding: false }).toBuffer();
    for (const [width, height] of SIZES) {
      expect(await difference(cut(jpeg, width, height), jpeg)).toEqual({ inside: 0, border: 0 });
    }
  });

  test('4:2:0: are the same, but where the colour of the neighbours is missing', async () => {
    const jpeg = await sharpOf(picture(256, 256, 3))
      .jpeg({ quality: 80, optimiseCoding: false })
      .toBuffer();
    for (const [width, height] of SIZES) {
      const { inside, border } = await difference(cut(jpeg, width, height), jpeg);
      expect(inside).toBe(0);
      expect(border).toBeLessThanOrEqual(12);
    }
  });

  test('with Huffman tables of its own, which lack what the picture does not use', async () => {
    const jpeg = await sharpOf(picture(256, 256, 3))
      .jpeg({ quality: 70, optimiseCoding: true })
      .toBuffer();
    for (const [width, height] of SIZES) {
      expect(await difference(cut(jpeg, width, height), jpeg)).toMatchObject({ inside: 0 });
    }
  });
});

test('a tile of a TIFF by libvips is cut with the tables that it shares, which are put in afterwards', async () => {
  const tile = await tiffTile(picture(256, 256, 3), { compression: 'jpeg', quality: 80 });
  const whole = spliceJpeg(tile.bytes, { colour: 'ycbcr', tables: tile.tables });
  expect(cropJpeg(tile.bytes, 100, 100)).toBeUndefined();
  const cropped = cut(tile.bytes, 100, 100, tile.tables);
  const file = spliceJpeg(cropped, { colour: 'ycbcr', tables: tile.tables });
  expect(await difference(file, whole)).toMatchObject({ inside: 0 });
});

describe('cost', () => {
  const jpeg = writeJpeg(randomBlocks(new Random(1), 64, 64, [{ h: 2, v: 2 }, CHROMA, CHROMA]), { tables: STANDARD });

  test('the size it has: the same bytes, not a copy', () => {
    expect(cropJpeg(jpeg, 64, 64) === jpeg).toBe(true);
  });

  test('within the same MCUs only the size in the header changes', () => {
    const cropped = cut(jpeg, 49, 63);
    const { offset } = jpegFrame(jpeg);
    const changed = [...cropped.keys()].filter((i) => cropped[i] !== jpeg[i]);
    expect(cropped.length).toBe(jpeg.length);
    expect(changed).toEqual([offset + 6, offset + 8]);
  });

  test('without the lower rows the data ends earlier, and is the same up to there', () => {
    const cropped = cut(jpeg, 64, 32);
    const data = jpegFrame(jpeg).offset + 19;
    expect(cropped.length - data).toBeLessThan((jpeg.length - data) * 0.6);
    expect(Buffer.compare(cropped.subarray(data, -3), jpeg.subarray(data, cropped.length - 3))).toBe(0);
  });
});

const STARFISH = new URL('../../../shared/corpus/starfish-restart-markers.jpg', import.meta.url);

test.skipIf(!existsSync(STARFISH))('a photograph with restart markers', async () => {
  const jpeg = readFileSync(STARFISH);
  const { width, height } = jpegFrame(jpeg);
  for (const [left, over] of [
    [width - 40, height],
    [width, height - 40],
    [300, 211],
  ] as const) {
    expect(await difference(cut(jpeg, left, over), jpeg)).toMatchObject({ inside: 0 });
  }
});
