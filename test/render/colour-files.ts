import type { Pixels } from '../../src/codec/codec.ts';
import { short, type TagValue, tiledTags, writeTiff } from '../image/tiff/tiff-writer.ts';

/** TIFF 6.0, tag 262. */
const PHOTOMETRIC = { grey: 1, rgb: 2, cmyk: 5, icclab: 9 } as const;
const ICC_PROFILE = 34675;

/** 8-bit samples, interleaved. */
export interface TestSamples {
  readonly space: keyof typeof PHOTOMETRIC;
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

const TILE = 64;

/** A tiled TIFF without compression; `without` leaves out tiles. */
export function tiffOf(
  { space, width, height, data }: TestSamples,
  { profile, without = [] }: { readonly profile?: Uint8Array | undefined; readonly without?: readonly number[] } = {},
): Uint8Array {
  const samples = data.length / width / height;
  const columns = Math.ceil(width / TILE);
  const tiles = Array.from({ length: columns * Math.ceil(height / TILE) }, (_, index) => {
    if (without.includes(index)) return undefined;
    const tile = new Uint8Array(TILE * TILE * samples);
    const left = (index % columns) * TILE;
    const top = Math.floor(index / columns) * TILE;
    for (let y = top; y < Math.min(top + TILE, height); y++) {
      const right = Math.min(left + TILE, width);
      tile.set(data.subarray((y * width + left) * samples, (y * width + right) * samples), (y - top) * TILE * samples);
    }
    return tile;
  });
  const more: Record<number, TagValue> = {
    258: short(...Array<number>(samples).fill(8)),
    262: short(PHOTOMETRIC[space]),
    277: short(samples),
    ...(profile && { [ICC_PROFILE]: profile }),
  };
  return writeTiff([{ tags: tiledTags(width, height, TILE, more), tiles }]);
}

/** Every pixel of a picture, as other samples. */
export function samplesOf(
  space: TestSamples['space'],
  { width, height, channels, data }: Pixels,
  samples: (rgb: readonly [number, number, number]) => readonly number[],
): TestSamples {
  const all: number[] = [];
  for (let i = 0; i < data.length; i += channels)
    all.push(...samples([data[i] ?? 0, data[i + 1] ?? 0, data[i + 2] ?? 0]));
  return { space, width, height, data: Uint8Array.from(all) };
}
