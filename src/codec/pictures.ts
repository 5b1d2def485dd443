import { ImageServerError } from '../errors.ts';
import type { PictureFormat, SamplesEncoding } from '../image/image.ts';
import type { Pixels } from './codec.ts';
import type { Codecs } from './codecs.ts';
import { decodeGif } from './gif.ts';
import { assertDecodable } from './pixels.ts';
import { firstFrame } from './webp-first-frame.ts';

/** A whole picture, decoded: 8-bit pixels, or samples of 16 bits that are still to be reduced. */
export type DecodedPicture =
  | { readonly kind: 'pixels'; readonly pixels: Pixels }
  | {
      readonly kind: 'samples';
      readonly width: number;
      readonly height: number;
      readonly planes: readonly Uint8Array[];
      readonly encoding: SamplesEncoding;
    };

/** Interleaved RGBA of 16 bits, as the PNG codec gives it. */
const RGBA16: SamplesEncoding = {
  kind: 'samples',
  compression: 'none',
  predictor: 'none',
  bitsPerSample: 16,
  samplesPerPixel: 4,
  colourSamples: 3,
  alpha: 'unassociated',
  littleEndian: true,
  inverted: false,
};

/**
 * Decodes a picture of any format but JPEG, whose ways part by its colours; of an animation the first frame.
 * @throws {ImageServerError} 502 when the bytes are damaged, 501 when it is too large.
 */
export async function decodePicture(
  bytes: Uint8Array,
  format: Exclude<PictureFormat, 'jpeg'>,
  { png, webp, avif }: Pick<Codecs, 'png' | 'webp' | 'avif'>,
): Promise<DecodedPicture> {
  switch (format) {
    case 'png': {
      const deep = await png.decode16(bytes);
      if (!deep) return { kind: 'pixels', pixels: await png.decode(bytes) };
      const { width, height, samples } = deep;
      return { kind: 'samples', width, height, planes: [samples], encoding: RGBA16 };
    }
    case 'webp':
      return { kind: 'pixels', pixels: await decodeWebp(bytes, webp) };
    case 'avif':
      return { kind: 'pixels', pixels: await avif.decode(bytes) };
    case 'gif':
      return { kind: 'pixels', pixels: decodeGif(bytes) };
  }
}

async function decodeWebp(bytes: Uint8Array, webp: Codecs['webp']): Promise<Pixels> {
  const frame = firstFrame(bytes);
  if (!frame) return webp.decode(bytes);
  assertDecodable('WebP', frame.canvas);
  const pixels = await webp.decode(frame.webp);
  return onCanvas(pixels, frame.x, frame.y, frame.canvas);
}

/** The pixels at their place in a larger picture, transparent around it. */
function onCanvas(pixels: Pixels, x: number, y: number, canvas: { width: number; height: number }): Pixels {
  const { width, height, channels } = pixels;
  if (x + width > canvas.width || y + height > canvas.height) {
    throw new ImageServerError(
      502,
      'The stored WebP data is damaged: a frame reaches beyond the picture. Check the file, or store it again',
    );
  }
  if (width === canvas.width && height === canvas.height) return pixels;
  const data = new Uint8Array(canvas.width * canvas.height * channels);
  for (let row = 0; row < height; row++) {
    const from = row * width * channels;
    data.set(pixels.data.subarray(from, from + width * channels), ((y + row) * canvas.width + x) * channels);
  }
  return { ...canvas, channels, data };
}
