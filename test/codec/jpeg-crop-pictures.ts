import { expect } from 'vitest';
import { cropJpeg } from '../../src/codec/jpeg-crop.ts';
import type { Random } from '../kernel/random.ts';
import { blocksPerMcu, type Component, type JpegBlocks, mcuSize, tablesOf } from './jpeg-blocks.ts';
import { picture, sharpOf } from './pictures.ts';

/** Quantisation and Huffman tables that serve any coefficients. */
export const STANDARD = tablesOf(
  await sharpOf(picture(16, 16, 3))
    .jpeg({ optimiseCoding: false })
    .toBuffer(),
);

export const CHROMA = { h: 1, v: 1 };
export const SAMPLINGS: readonly (readonly [string, readonly Component[]])[] = [
  ['grey', [{ h: 1, v: 1 }]],
  ['grey with factors of its own', [{ h: 2, v: 2 }]],
  ['4:4:4', [{ h: 1, v: 1 }, CHROMA, CHROMA]],
  ['4:2:2', [{ h: 2, v: 1 }, CHROMA, CHROMA]],
  ['4:4:0', [{ h: 1, v: 2 }, CHROMA, CHROMA]],
  ['4:2:0', [{ h: 2, v: 2 }, CHROMA, CHROMA]],
  ['4:1:1', [{ h: 4, v: 1 }, CHROMA, CHROMA]],
  ['4:1:0', [{ h: 4, v: 2 }, CHROMA, CHROMA]],
  ['mixed', [{ h: 2, v: 2 }, { h: 2, v: 1 }, { h: 1, v: 2 }, CHROMA]],
];

/** Blocks of low frequencies and, here and there, everything that coefficients can be. */
export function randomBlocks(
  random: Random,
  width: number,
  height: number,
  components: readonly Component[],
): JpegBlocks {
  const mcu = mcuSize(components);
  const owners = blocksPerMcu(components);
  const mcus = Array.from({ length: Math.ceil(width / mcu.width) * Math.ceil(height / mcu.height) }, () =>
    owners.map(() => {
      const block = new Int16Array(64);
      block[0] = random.real() < 0.1 ? random.pick([-1024, 1023]) : random.whole(-60, 60);
      const reach = random.real() < 0.2 ? 63 : 6;
      const count = random.pick([0, 0, 2, 8, 63]);
      for (let i = 0; i < count; i++) block[random.whole(1, reach)] = random.whole(-3, 3) * random.pick([1, 1, 1, 300]);
      return block;
    }),
  );
  return { width, height, components, mcus };
}

/** Cuts what can be cut. */
export function cut(jpeg: Uint8Array, width: number, height: number, tables?: Uint8Array): Uint8Array {
  const before = Buffer.from(jpeg);
  const cropped = cropJpeg(jpeg, width, height, tables);
  expect(Buffer.compare(jpeg, before), 'the bytes given are left alone').toBe(0);
  if (cropped === undefined) throw new Error(`not cut to ${width} × ${height}`);
  return cropped;
}
