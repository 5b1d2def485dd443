import { ImageServerError } from '../errors.ts';
import type { Pixels } from './codec.ts';
import { PlainImageData } from './image-data.ts';
import { Refusal } from './loader.ts';

/** 64 megapixels are 256 MB as RGBA, twice that while a decoder hands them over: about what a phone's tab survives. */
export const MAX_PIXELS = 64 * 1024 * 1024;

/**
 * Refuses a picture before memory is spent on it; `format` names it in the message.
 * @throws {ImageServerError} 501 when it has more than `MAX_PIXELS` pixels.
 */
export function assertDecodable(format: string, { width, height }: { width: number; height: number }): void {
  if (width * height <= MAX_PIXELS) return;
  throw new ImageServerError(
    501,
    `A ${format} picture of ${width} × ${height} pixels is too large to be decoded at once (limit ${MAX_PIXELS} pixels): store it as a tiled pyramid`,
  );
}

/**
 * The pixels that an @jsquash decoder returned, without a copy.
 * @throws {Refusal} when it returned null, which it does for damaged data once it has freed what it had.
 */
export function fromImageData(decoded: unknown): Pixels {
  if (!(decoded instanceof PlainImageData)) throw new Refusal('The codec gave no picture');
  const { width, height, data } = decoded;
  return { width, height, channels: 4, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}

/** RGBA samples of any pixels: those of four channels as they are, others as a new array. */
export function rgbaOf({ width, height, channels, data }: Pixels): Uint8Array {
  if (channels === 4) return data;
  const rgba = new Uint8Array(width * height * 4).fill(255);
  for (let from = 0, to = 0; to < rgba.length; from += channels, to += 4) {
    const first = data[from] ?? 0;
    rgba[to] = first;
    rgba[to + 1] = channels === 3 ? (data[from + 1] ?? 0) : first;
    rgba[to + 2] = channels === 3 ? (data[from + 2] ?? 0) : first;
    if (channels === 2) rgba[to + 3] = data[from + 1] ?? 0;
  }
  return rgba;
}

/**
 * Refuses to encode what a format or this machine can't hold, and pixels whose data isn't as long as their size says.
 * @throws {ImageServerError} 501 when a side is longer than `limit`, or there are more than `MAX_PIXELS` pixels.
 * @throws {RangeError} when the data is too short.
 */
export function assertDimensions(format: string, { width, height, channels, data }: Pixels, limit: number): void {
  if (width > limit || height > limit) {
    throw new ImageServerError(
      501,
      `${width} × ${height} pixels do not fit into ${format}, whose sides have at most ${limit}: ask for a smaller size`,
    );
  }
  if (width * height > MAX_PIXELS) {
    throw new ImageServerError(
      501,
      `${width} × ${height} pixels are too many for one answer (limit ${MAX_PIXELS}): ask for a smaller region or size`,
    );
  }
  if (!(width >= 1 && height >= 1) || data.length < width * height * channels) {
    throw new RangeError(`${data.length} samples are not ${width} × ${height} × ${channels}`);
  }
}
