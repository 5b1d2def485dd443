import sharp from 'sharp';
import type { Pixels } from '../../src/codec/codec.ts';
import { resolveGeometry } from '../../src/iiif/geometry.ts';
import { parseImageRequest } from '../../src/iiif/parse.ts';
import type { TiledImage } from '../../src/image/image.ts';
import { rendererOn } from '../../src/render/create-renderer.ts';
import { type DeriveOptions, derive } from '../../src/render/derive.ts';
import { createEngine, type Engine } from '../../src/render/engine.ts';
import type { ResolvedRequest } from '../../src/render/plan.ts';
import { renderingOf } from '../../src/render/rendering.ts';
import { Timing } from '../../src/timing.ts';
import { loadWasm } from '../codec/load.ts';
import { countingObject } from '../image/counting-object.ts';
import { openImage } from '../image/open-image.ts';

/** The image of a file in memory. */
export function imageOf(file: Uint8Array): Promise<TiledImage> {
  return openImage(countingObject(file).read);
}

/** What `{region}/{size}/{rotation}/{quality}.{format}` of 3.0 asks of an image. */
export function resolved(image: TiledImage, path: string): ResolvedRequest {
  const [region = '', size = '', rotation = '', quality = ''] = path.split('/');
  const { format, ...asked } = parseImageRequest(3, [region, size, rotation, quality]);
  const geometry = resolveGeometry({ ...asked, format }, 3, image, { maxArea: 2 ** 24 });
  return { ...geometry, rotation: asked.rotation, quality: asked.quality, format };
}

export const engine: Engine = createEngine(loadWasm);

/** The compressed answer. */
export function answer(
  image: TiledImage,
  path: string,
  options: Partial<DeriveOptions> & { readonly engine?: Engine } = {},
): Promise<Uint8Array> {
  return derive(image, resolved(image, path), rendererOn(options.engine ?? engine), {
    timing: new Timing(),
    rendering: renderingOf({ encoding: { jpg: { quality: 90 }, webp: { quality: 90 } } }),
    pool: undefined,
    ...options,
  });
}

/** Decoded by libvips, to RGBA. */
export async function decoded(file: Uint8Array): Promise<Pixels> {
  const { data, info } = await sharp(file)
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: 4, data };
}

/** The answer's pixels, RGBA. */
export async function pixelsOf(...asked: Parameters<typeof answer>): Promise<Pixels> {
  return decoded(await answer(...asked));
}

/** RGBA at a place. */
export function pixelAt({ width, data }: Pixels, x: number, y: number): readonly number[] {
  return [...data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4)];
}

/** Largest difference of any sample. */
export function largestDifference(a: Pixels, b: Pixels): number {
  if (a.width !== b.width || a.height !== b.height) return Number.POSITIVE_INFINITY;
  return a.data.reduce((largest, value, index) => Math.max(largest, Math.abs(value - (b.data[index] ?? 0))), 0);
}
