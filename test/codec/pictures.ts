import sharp, { type Sharp, type TiffOptions } from 'sharp';
import type { Pixels } from '../../src/codec/codec.ts';
import type { TileEncoding } from '../../src/image/image.ts';

/** Smooth colour with some structure, as photographs have; alpha runs from 0 to 255. */
export function picture(width: number, height: number, channels: Pixels['channels']): Pixels {
  const data = new Uint8Array(width * height * channels);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const grey = 128 + 90 * Math.sin(x / 17) * Math.cos(y / 23);
      const rgb = [grey, 128 + 100 * Math.sin((x + y) / 31), (255 * x) / width];
      const alpha = Math.round((255 * y) / height);
      const samples = channels <= 2 ? [grey, alpha] : [...rgb, alpha];
      for (let c = 0; c < channels; c++, i++) data[i] = Math.round(samples[c] ?? 0);
    }
  }
  return { width, height, channels, data };
}

export function sharpOf({ width, height, channels, data }: Pixels): Sharp {
  return sharp(data, { raw: { width, height, channels } });
}

/** Decodes with libvips to RGBA: the reference. */
export async function reference(file: Uint8Array): Promise<Pixels> {
  const { data, info } = await sharp(file)
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: 4, data };
}

/** Peak signal-to-noise ratio in dB over the colour samples of two RGBA pictures. */
export function psnr(a: Pixels, b: Pixels): number {
  if (a.width !== b.width || a.height !== b.height || a.channels !== 4 || b.channels !== 4) return Number.NaN;
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) if (i % 4 !== 3) sum += ((a.data[i] ?? 0) - (b.data[i] ?? 0)) ** 2;
  return sum === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10(255 ** 2 / (sum / (a.width * a.height * 3)));
}

export interface TiffTile {
  readonly bytes: Uint8Array;
  readonly tables: Uint8Array | undefined;
  readonly photometric: number;
  readonly width: number;
  readonly height: number;
}

/** The first tile of a little-endian TIFF, read just well enough for the files libvips writes. */
export function firstTile(tiff: Uint8Array): TiffTile {
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  const directory = view.getUint32(4, true);
  const tags = new Map<number, { type: number; count: number; at: number }>();
  for (let i = 0; i < view.getUint16(directory, true); i++) {
    const at = directory + 2 + 12 * i;
    const type = view.getUint16(at + 2, true);
    tags.set(view.getUint16(at, true), { type, count: view.getUint32(at + 4, true), at: at + 8 });
  }
  const number = (tag: number): number => {
    const { type, count, at } = tags.get(tag) ?? { type: 0, count: 0, at: 0 };
    if (count * (type === 3 ? 2 : 4) > 4) return view.getUint32(view.getUint32(at, true), true);
    return type === 3 ? view.getUint16(at, true) : view.getUint32(at, true);
  };
  const jpegTables = tags.get(347);
  const tablesAt = jpegTables && view.getUint32(jpegTables.at, true);
  return {
    bytes: tiff.slice(number(324), number(324) + number(325)),
    tables: jpegTables && tablesAt !== undefined ? tiff.slice(tablesAt, tablesAt + jpegTables.count) : undefined,
    photometric: number(262),
    width: number(322),
    height: number(323),
  };
}

/** A TIFF of one tile, made by libvips. */
export async function tiffTile(pixels: Pixels, options: TiffOptions): Promise<TiffTile> {
  const { width, height } = pixels;
  const tiff = await sharpOf(pixels)
    .toColourspace(pixels.channels === 1 ? 'b-w' : 'srgb')
    .tiff({ tile: true, tileWidth: width, tileHeight: height, ...options })
    .toBuffer();
  return firstTile(tiff);
}

export function samplesEncoding(changes: Partial<Extract<TileEncoding, { kind: 'samples' }>> = {}) {
  return {
    kind: 'samples',
    compression: 'none',
    predictor: 'none',
    bitsPerSample: 8,
    samplesPerPixel: 3,
    colourSamples: 3,
    alpha: 'none',
    littleEndian: true,
    inverted: false,
    ...changes,
  } as const;
}

/** The profile libvips embeds under this name. */
export async function profileNamed(name: 'p3' | 'srgb'): Promise<Uint8Array> {
  const { icc } = await sharp(
    await sharpOf(picture(8, 8, 3))
      .withIccProfile(name)
      .png()
      .toBuffer(),
  ).metadata();
  if (icc === undefined) throw new Error(`libvips has no profile ${name}`);
  return icc;
}
