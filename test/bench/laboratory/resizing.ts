import jsquash, { initResize } from '@jsquash/resize';
import { createKernel } from '../../../src/kernel/kernel.ts';
import type { Raster } from '../../../src/kernel/raster.ts';
import { bytesAt, race, wasm } from './measure.ts';

const ROUNDS = 30;

export interface ResizeInputs {
  /** URL of RGB samples. */
  readonly picture: string;
  /** Of its sides, even. */
  readonly side: number;
}

/** Milliseconds of scaling to half the side. */
export type ResizeResults = Readonly<Record<'box' | 'area' | 'lanczos3' | 'theirTriangle' | 'theirLanczos3', number>>;

/** The kernel's filters against a resize library's, both in WASM. */
export async function resizing({ picture, side }: ResizeInputs): Promise<ResizeResults> {
  const kernel = await createKernel(await wasm('kernel'));
  await initResize(await wasm('squoosh_resize_bg'));
  const half = side / 2;
  const whole = { x: 0, y: 0, width: side, height: side };
  const source = kernel.raster(side, side);
  const samples = { width: side, height: side, channels: 3, data: await bytesAt(picture) } as const;
  kernel.placePixels(source, 0, 0, samples, whole);
  const image = new ImageData(new Uint8ClampedArray(kernel.read(source, 4).data), side, side);
  const freed = (raster: Raster) => raster.free();
  // What costs theirs most time is switched off.
  const cheap = { width: half, height: half, premultiply: false, linearRGB: false };
  // Half a pixel less, so that it isn't the exact box.
  const part = { x: 0.5, y: 0.5, width: side - 1, height: side - 1 };
  return race(ROUNDS, {
    box: { repeats: 16, run: () => freed(kernel.reduce(source, 1)) },
    area: { repeats: 4, run: () => freed(kernel.resample(source, part, half, half, 'area')) },
    lanczos3: { repeats: 2, run: () => freed(kernel.resample(source, whole, half, half, 'lanczos3')) },
    theirTriangle: { repeats: 1, run: () => jsquash(image, { ...cheap, method: 'triangle' }) },
    theirLanczos3: { repeats: 1, run: () => jsquash(image, { ...cheap, method: 'lanczos3' }) },
  });
}
