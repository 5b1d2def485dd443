import { expect, test } from 'vitest';
import { createCodecs } from '../../src/codec/codecs.ts';
import { jpeg2000Samples } from '../../src/codec/jpeg2000-samples.ts';
import type { EncodedTile, Jpeg2000Encoding, SamplesEncoding, TiledImage } from '../../src/image/image.ts';
import { withWindow } from '../../src/render/sample-range.ts';
import { loadWasm } from '../codec/load.ts';
import { samplesEncoding } from '../codec/pictures.ts';

const codecs = createCodecs(loadWasm);

/** Grey floats in tiles of 4 × 4, 6 × 4 pixels, and a level of half the size; counts the reads of the latter. */
function image(values: readonly number[], changes: Partial<SamplesEncoding> = {}) {
  const reads: string[] = [];
  const encoding = samplesEncoding({
    bitsPerSample: 32,
    format: 'float',
    samplesPerPixel: 1,
    colourSamples: 1,
    ...changes,
  });
  const level = {
    index: 0,
    width: 6,
    height: 4,
    tileWidth: 4,
    tileHeight: 4,
    scale: 1,
    tileFormat: 'samples',
  } as const;
  const found: TiledImage = {
    width: 6,
    height: 4,
    orientation: 1,
    levels: [level, { ...level, index: 1, width: 3, height: 2, scale: 2 }],
    colour: { space: 'grey', bitsPerSample: encoding.bitsPerSample, alpha: 'none', profileLength: 0 },
    masked: false,
    tileFormat: 'samples',
    keepDecoded: false,
    async readTile({ index }, column, row): Promise<EncodedTile> {
      if (index === 1) reads.push(`${column},${row}`);
      const padded = Float32Array.from({ length: 16 }, (_, i) =>
        i % 4 < 3 && i < 8 ? (values[i % values.length] ?? 0) : 1e6,
      );
      return { planes: [new Uint8Array(padded.buffer)], encoding, width: 4, height: 4 };
    },
    readProfile: async () => undefined,
  };
  return { image: found, reads };
}

async function windowOf(shown: TiledImage, column = 0) {
  const [level] = shown.levels;
  const tile = level && (await shown.readTile(level, column, 0));
  return tile?.encoding.kind === 'samples' ? tile.encoding.window : undefined;
}

test("floats that the file says nothing of are shown by the data's range, padding left out, which is found once", async () => {
  const { image: found, reads } = image([-2, 3, 5]);
  const shown = withWindow(found, undefined, codecs);
  const windows = await Promise.all([
    windowOf(shown),
    windowOf(shown, 1),
    windowOf(withWindow(found, undefined, codecs)),
  ]);
  expect(windows).toEqual(Array(3).fill({ min: -2, max: 5 }));
  expect(reads).toEqual(['0,0']);
});

test('what is no value has no say', async () => {
  const largest = 3.4028234663852886e38;
  const { image: found } = image([Number.NaN, 1, -largest, 5, 9, Number.POSITIVE_INFINITY]);
  expect(await windowOf(withWindow(found, undefined, codecs))).toEqual({ min: 1, max: 9 });
  const { image: empty } = image([Number.NaN]);
  expect(await windowOf(withWindow(empty, undefined, codecs))).toEqual({ min: 0, max: 1 });
  const { image: even } = image([4]);
  expect(await windowOf(withWindow(even, undefined, codecs))).toEqual({ min: 4, max: 5 });
});

test("a configured window replaces the file's, which replaces the range", async () => {
  const { image: found, reads } = image([-2, 3], { window: { min: -10, max: 10 } });
  expect(await windowOf(withWindow(found, undefined, codecs))).toEqual({ min: -10, max: 10 });
  expect(await windowOf(withWindow(found, { min: 1, max: 2 }, codecs))).toEqual({ min: 1, max: 2 });
  expect(reads).toEqual([]);
  const { image: odd } = image([-2, 3], { window: { min: 7, max: 7 } });
  expect(await windowOf(withWindow(odd, undefined, codecs))).toEqual({ min: -2, max: 3 });
});

test('8-bit images have no window; whole numbers of 16 bits have one only where it is configured', async () => {
  const narrow = image([1], { bitsPerSample: 8, format: 'unsigned' }).image;
  expect(withWindow(narrow, { min: 1, max: 2 }, codecs)).toBe(narrow);
  const wide = image([1], { bitsPerSample: 16, format: 'unsigned' }).image;
  expect(await windowOf(withWindow(wide, undefined, codecs))).toBeUndefined();
  expect(await windowOf(withWindow(wide, { min: 1, max: 2 }, codecs))).toEqual({ min: 1, max: 2 });
});

test('a range that could not be found is looked for again', async () => {
  const { image: found } = image([-2, 3]);
  let broken = true;
  const failing: TiledImage = {
    ...found,
    readTile: (level, ...rest) => {
      if (level.index === 1 && broken) throw new Error('gone');
      return found.readTile(level, ...rest);
    },
  };
  const shown = withWindow(failing, undefined, codecs);
  await expect(windowOf(shown)).rejects.toThrow('gone');
  broken = false;
  expect(await windowOf(shown)).toEqual({ min: -2, max: 3 });
});

test('JPEG 2000 that is still compressed is decoded with the configured window', async () => {
  const { image: wide } = image([0, 1], { bitsPerSample: 16, format: 'unsigned' });
  const stored: TiledImage = {
    ...wide,
    async readTile(level, column, row) {
      const tile = await wide.readTile(level, column, row);
      const encoding: Jpeg2000Encoding = {
        ...{ kind: 'jpeg2000', parts: [], reduce: 0, layers: 0, bitsPerComponent: [16], channels: [0] },
        ...{ space: 'grey', alpha: 'none' },
      };
      return tile && { ...tile, encoding };
    },
  };
  const windowIn = async (shown: TiledImage) => {
    const [level] = shown.levels;
    const tile = level && (await shown.readTile(level, 0, 0));
    return tile?.encoding.kind === 'jpeg2000' ? jpeg2000Samples(tile.encoding).encoding.window : 'other';
  };
  expect(await windowIn(withWindow(stored, undefined, codecs))).toBeUndefined();
  expect(await windowIn(withWindow(stored, { min: 9, max: 4000 }, codecs))).toEqual({ min: 9, max: 4000 });
});
