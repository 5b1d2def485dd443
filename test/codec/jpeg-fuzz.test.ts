import { expect, test } from 'vitest';
import { readBaseline } from '../../src/codec/jpeg-baseline.ts';
import { decodeBaseline, type JpegScale, scaledSize } from '../../src/codec/jpeg-decode.ts';
import { ImageServerError } from '../../src/errors.ts';
import { loadKernel } from '../kernel/load.ts';
import { Random } from '../kernel/random.ts';
import { photograph, subsampled } from './jpeg-photographs.ts';
import { sharpOf } from './pictures.ts';

const ROUNDS = 600;
const SEED = 20_261;
/** Sizes are damaged too; larger ones only cost time. */
const MOST_PIXELS = 1_000_000;

const photo = await photograph(83, 61);
const one = { h: 1, v: 1 };

/** Flips, overwrites, moves, repeats, drops and cuts. */
function damage(file: Uint8Array, random: Random): Uint8Array {
  let bytes = Uint8Array.from(file);
  for (let i = random.whole(1, 6); i > 0; i--) {
    const at = random.whole(2, bytes.length - 1);
    const change = random.whole(0, 9);
    if (change < 4) bytes[at] = (bytes[at] ?? 0) ^ (1 << random.whole(0, 7));
    else if (change < 6) bytes[at] = random.pick([0, 255, 0xd0, 0xd9, random.whole(0, 255)]);
    else if (change === 6) bytes.copyWithin(at, random.whole(0, bytes.length - 1));
    else if (change === 7)
      bytes = Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + random.whole(1, 9))]);
    else if (change === 8) bytes.fill(255, at, at + random.whole(1, 20));
    else if (random.real() < 0.5) bytes = bytes.slice(0, Math.max(at, 20));
  }
  return bytes;
}

test.each([
  ['4:2:0', () => sharpOf(photo).jpeg({ quality: 80 }).toBuffer()],
  ['4:4:4, highest quality', () => sharpOf(photo).jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer()],
  ['restart markers', () => subsampled(photo, [{ h: 2, v: 2 }, one, one], 2)],
  ['4:1:0', () => subsampled(photo, [{ h: 4, v: 2 }, one, one])],
  ['4:4:0', () => subsampled(photo, [{ h: 1, v: 2 }, one, one], 1)],
  ['grey', () => subsampled(photo, [one], 7)],
])(
  `%s: ${ROUNDS} kinds of damage from seed ${SEED} end in pixels or a 502, and nothing beside them is written`,
  async (_, make) => {
    const file = await make();
    // A memory of its own for each file, so that a read outside would trap at its end.
    const kernel = await loadKernel();
    const random = new Random(SEED);
    const outcomes = { whole: 0, damaged: 0, header: 0, unsupported: 0 };
    const guards = [kernel.raster(64, 64, [9, 9, 9]), kernel.raster(64, 64, [7, 7, 7])];
    for (let round = 0; round < ROUNDS; round++) {
      const bytes = damage(file, random);
      const scale = random.pick<JpegScale>([1, 1, 1, 2, 4, 8]);
      const label = `round ${round}`;
      try {
        const jpeg = readBaseline(bytes);
        if (jpeg.kind === 'unsupported') {
          outcomes.unsupported++;
          continue;
        }
        const size = scaledSize(jpeg, scale);
        if (jpeg.width * jpeg.height > MOST_PIXELS) continue;
        const raster = kernel.raster(size.width + 6, size.height + 6, [1, 2, 3]);
        const after = kernel.raster(16, 16, [5, 5, 5]);
        try {
          decodeBaseline(jpeg, raster, 3, 3, { x: 0, y: 0, ...size }, { scale });
          outcomes.whole++;
        } catch (error) {
          expect(error, label).toMatchObject({ status: 502 });
          outcomes.damaged++;
        } finally {
          const { data, width, height } = kernel.read(raster, 4);
          for (let i = 0; i < data.length; i += 4) {
            const [x, y] = [(i >> 2) % width, Math.floor((i >> 2) / width)];
            const inside = x >= 3 && y >= 3 && x < width - 3 && y < height - 3;
            if (inside ? data[i + 3] !== 255 : data[i] !== 1 || data[i + 1] !== 2 || data[i + 2] !== 3) {
              expect.fail(`${label}: pixel ${x}, ${y}`);
            }
          }
          expect(
            kernel.read(after, 1).data.every((value) => value === 5),
            label,
          ).toBe(true);
          raster.free();
          after.free();
        }
      } catch (error) {
        if (!(error instanceof ImageServerError)) throw error;
        expect(error.status, label).toBe(502);
        outcomes.header++;
      }
    }
    expect(kernel.read(guards[0] ?? kernel.raster(1, 1), 1).data.every((value) => value === 9)).toBe(true);
    expect(kernel.read(guards[1] ?? kernel.raster(1, 1), 1).data.every((value) => value === 7)).toBe(true);
    // The damage does reach the decoder, and the decoder does notice it.
    expect(outcomes.whole).toBeGreaterThan(20);
    expect(outcomes.damaged).toBeGreaterThan(20);
  },
  60_000,
);

test('every truncation of a file is noticed, down to the last MCU', async () => {
  const kernel = await loadKernel();
  const file = await subsampled(photo, [{ h: 2, v: 2 }, one, one], 3);
  const raster = kernel.raster(83, 61);
  for (let length = 2; length < file.length - 2 - 16; length++) {
    const decode = () => {
      const jpeg = readBaseline(file.subarray(0, length));
      if (jpeg.kind === 'baseline') decodeBaseline(jpeg, raster, 0, 0, { x: 0, y: 0, width: 83, height: 61 });
    };
    expect(decode, `${length} bytes`).toThrow(expect.objectContaining({ status: 502 }));
  }
});
