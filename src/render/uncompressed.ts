import type { Codecs } from '../codec/codecs.ts';
import { type DecodedTile, decodeTile } from '../codec/decode-tile.ts';
import { decodeBaseline } from '../codec/jpeg-decode.ts';
import { jpeg2000Samples } from '../codec/jpeg2000-samples.ts';
import type { Rect } from '../iiif/request.ts';
import type { Colour, EncodedTile, SamplesEncoding } from '../image/image.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Raster } from '../kernel/raster.ts';
import { placeDecoded } from './place-decoded.ts';

/** Rows that go through the kernel at once: few, so that it needn't grow, and even, so that halves meet. */
const BAND_ROWS = 256;

export interface Uncompressing {
  readonly codecs: Codecs;
  /** As `Engine.withKernel`. */
  withKernel<T>(bytes: number, work: (kernel: Kernel) => Promise<T>): Promise<T>;
}

/**
 * Decodes a tile once and for all: the same tile without compression. Pictures become pixels, 8 bits a sample and of as
 * few channels as the image has; stored samples stay as they are.
 */
export async function uncompressed(
  tile: EncodedTile,
  colour: Colour,
  { codecs, withKernel }: Uncompressing,
  signal?: AbortSignal,
): Promise<EncodedTile> {
  const decoded = await decodeTile(tile, codecs, signal);
  if (decoded.kind === 'samples' && tile.encoding.kind !== 'picture') {
    return { ...tile, planes: decoded.planes, encoding: { ...decoded.encoding, compression: 'none' } };
  }
  const { width, height } = tile;
  const channels = channelsOf(colour);
  const without = (data: Uint8Array) => ({ ...tile, planes: [data], encoding: pixelsEncoding(colour) });
  if (decoded.kind === 'pixels' && decoded.pixels.channels === channels) return without(decoded.pixels.data);
  // A JPEG's data is read from its beginning at each call, so that it is decoded as a whole.
  const rows = decoded.kind === 'baseline' ? height : Math.min(BAND_ROWS, height);
  return withKernel(4 * width * rows, async (kernel) => {
    if (rows === height) return without(readBand(kernel, decoded, { x: 0, y: 0, width, height }, channels));
    const data = new Uint8Array(width * height * channels);
    for (let y = 0; y < height; y += rows) {
      const crop = { x: 0, y, width, height: Math.min(rows, height - y) };
      data.set(readBand(kernel, decoded, crop, channels), y * width * channels);
    }
    return without(data);
  });
}

function readBand(kernel: Kernel, decoded: DecodedTile, crop: Rect, channels: 1 | 3 | 4): Uint8Array {
  const band = kernel.unfilledRaster(crop.width, crop.height);
  try {
    place(kernel, band, decoded, crop);
    return kernel.read(band, channels).data;
  } finally {
    band.free();
  }
}

function place(kernel: Kernel, target: Raster, decoded: DecodedTile, crop: Rect): void {
  if (decoded.kind === 'baseline') decodeBaseline(decoded, target, 0, 0, crop);
  else if (decoded.kind === 'pixels') kernel.placePixels(target, 0, 0, decoded.pixels, crop);
  else {
    const { planes, encoding, width, height } = decoded;
    const alpha = { sample: encoding.colourSamples, associated: false };
    const bitsPerSample = encoding.bitsPerSample === 16 ? 16 : 8;
    const layout = { ...encoding, bitsPerSample, alpha: encoding.alpha === 'none' ? undefined : alpha } as const;
    kernel.placeSamples(target, 0, 0, planes, layout, width, height, crop);
  }
}

/**
 * Halves what `uncompressed` made, to pixels: means of 2 × 2, rounded, those of colours with alpha weighted by it; the sides are
 * rounded up.
 */
export async function halved(
  tile: EncodedTile,
  colour: Colour,
  { withKernel }: Pick<Uncompressing, 'withKernel'>,
): Promise<EncodedTile> {
  const { width, height } = tile;
  const channels = channelsOf(colour);
  const size = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) };
  const data = new Uint8Array(size.width * size.height * channels);
  const rows = Math.min(BAND_ROWS, height);
  const larger = readyToPlace(tile, channels);
  await withKernel(8 * width * rows, async (kernel) => {
    for (let y = 0; y < height; y += rows) {
      const crop = { x: 0, y, width, height: Math.min(rows, height - y) };
      const half = halvedBand(kernel, larger, crop, colour.alpha === 'none');
      try {
        data.set(kernel.read(half, channels).data, (y / 2) * size.width * channels);
      } finally {
        half.free();
      }
    }
  });
  return { ...size, planes: [data], encoding: pixelsEncoding(colour) };
}

/** Samples that are pixels are placed as such, which is a plain copy. */
function readyToPlace({ width, height, planes, encoding }: EncodedTile, channels: 1 | 3 | 4): DecodedTile {
  if (encoding.kind !== 'samples') throw new TypeError(`A tile of ${encoding.kind} is still compressed`);
  const { bitsPerSample, samplesPerPixel, palette, alpha } = encoding;
  const [data = new Uint8Array()] = planes;
  const isPixels = bitsPerSample === 8 && samplesPerPixel === channels && !palette && alpha !== 'associated';
  return isPixels && planes.length === 1
    ? { kind: 'pixels', pixels: { width, height, channels, data } }
    : { kind: 'samples', width, height, planes, encoding };
}

/** `isOpaque` also where K stands in the place of alpha, and weighs nothing. */
function halvedBand(kernel: Kernel, decoded: DecodedTile, crop: Rect, isOpaque: boolean): Raster {
  const band = kernel.unfilledRaster(crop.width, crop.height);
  try {
    placeDecoded(kernel, band, 0, 0, decoded, crop);
    if (isOpaque) band.setOpaque(true);
    return kernel.reduce(band, 1);
  } finally {
    band.free();
  }
}

/** Grey has no alpha of its own here: with it, it is written as RGBA. */
function channelsOf({ space, alpha }: Colour): 1 | 3 | 4 {
  return space === 'cmyk' || alpha !== 'none' ? 4 : space === 'grey' ? 1 : 3;
}

/** How the samples of a tile lie that `uncompressed` made of a picture, or of JPEG 2000. */
export function uncompressedEncoding({ encoding }: EncodedTile, colour: Colour): SamplesEncoding {
  return encoding.kind === 'jpeg2000' ? jpeg2000Samples(encoding).encoding : pixelsEncoding(colour);
}

/** How decoded pixels lie in a tile. */
export function pixelsEncoding(colour: Colour): SamplesEncoding {
  const samplesPerPixel = channelsOf(colour);
  return {
    kind: 'samples',
    compression: 'none',
    predictor: 'none',
    bitsPerSample: 8,
    samplesPerPixel,
    colourSamples: samplesPerPixel === 4 && colour.space !== 'cmyk' ? 3 : samplesPerPixel,
    alpha: colour.alpha === 'none' ? 'none' : 'unassociated',
    littleEndian: true,
    inverted: false,
  };
}
