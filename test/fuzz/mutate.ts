import { Random } from '../kernel/random.ts';
import { changeBox } from './boxes.ts';
import type { Seed } from './seeds.ts';
import { changeTag } from './tags.ts';

export interface Mutant {
  readonly seed: Seed;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Decides what is asked of it. */
  readonly random: Random;
}

const MOST_CHANGES = 4;

/** The mutant of this number: always the same of the same seeds. */
export function mutantOf(seeds: readonly Seed[], runSeed: number, index: number): Mutant {
  const random = new Random(Math.imul(runSeed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35));
  const seed = seeds[index % seeds.length];
  if (!seed) throw new RangeError('There are no seeds');
  let bytes = seed.bytes.slice();
  for (let left = random.whole(1, MOST_CHANGES); left > 0; left--) bytes = changed(bytes, seed, random);
  return { seed, bytes, random };
}

function changed(bytes: Uint8Array<ArrayBuffer>, { kind }: Seed, random: Random): Uint8Array<ArrayBuffer> {
  if (bytes.length < 16) return bytes;
  if (kind === 'tiff' && random.real() < 0.5) return changeTag(bytes, random);
  if ((kind === 'jp2' || kind === 'avif') && random.real() < 0.35) return changeBox(bytes, random);
  // Headers are where most of the meaning is.
  const end = random.real() < 0.5 ? Math.min(bytes.length, 512) : bytes.length;
  const at = random.whole(0, end - 9);
  const length = random.whole(1, random.pick([4, 64, bytes.length >> 2]));
  const view = new DataView(bytes.buffer);
  switch (random.whole(0, 9)) {
    case 0:
    case 1:
      bytes[at] = (bytes[at] ?? 0) ^ (1 << random.whole(0, 7));
      return bytes;
    case 2:
      bytes[at] = random.pick([0, 1, 0x7f, 0x80, 0xff, random.whole(0, 255)]);
      return bytes;
    case 3:
      return joined(bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + length)));
    case 4:
      return joined(bytes.subarray(0, at + length), bytes.subarray(at));
    case 5:
      return bytes.fill(random.pick([0, 255]), at, at + length);
    case 6:
      return bytes.slice(0, random.real() < 0.5 ? at : bytes.length - random.whole(1, 32));
    case 7:
      view.setUint32(at, random.pick(numbers(bytes)), random.real() < 0.5);
      return bytes;
    case 8:
      view.setUint16(at, random.pick([0, 1, 0x7fff, 0xffff, random.whole(0, 65_535)]), random.real() < 0.5);
      return bytes;
    default:
      return bytes.copyWithin(at, random.whole(0, bytes.length - 1), bytes.length - random.whole(0, length));
  }
}

/** Those at which sums and comparisons break. */
export function numbers({ length }: Uint8Array): readonly [number, ...number[]] {
  return [0, 1, 0x7fffffff, 0x80000000, 0xffffffff, length, length - 1, length + 1, 65_535, 65_536, 100_000];
}

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
