import type { DecodedTile } from '../codec/decode-tile.ts';
import { decodeBaseline } from '../codec/jpeg-decode.ts';
import { ImageServerError } from '../errors.ts';
import type { Rect } from '../iiif/request.ts';
import type { SamplesEncoding } from '../image/image.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Raster } from '../kernel/raster.ts';
import type { SampleLayout, SampleWindow } from '../kernel/sample-layout.ts';

/**
 * Puts `crop` of a tile into `target` at `x`, `y`: RGBA; inks in its four places, 0 where there is none; or L*, a*, b*.
 * @throws {ImageServerError} 502 when the tile turns out to be damaged, 501 for samples that aren't read.
 */
export function placeDecoded(
  kernel: Kernel,
  target: Raster,
  x: number,
  y: number,
  decoded: DecodedTile,
  crop: Rect,
): void {
  if (decoded.kind === 'pixels') {
    kernel.placePixels(target, x, y, decoded.pixels, crop);
    return;
  }
  if (decoded.kind === 'baseline') {
    decodeBaseline(decoded, target, x, y, crop);
    return;
  }
  const { planes, encoding, width, height } = decoded;
  const { palette } = encoding;
  if (palette === undefined) {
    kernel.placeSamples(target, x, y, planes, sampleLayout(encoding), width, height, crop);
    return;
  }
  const [indices = new Uint8Array()] = planes;
  const layout = {
    bitsPerSample: indexBits(encoding),
    samplesPerPixel: planes.length === 1 ? encoding.samplesPerPixel : 1,
    predictor: encoding.predictor === 'horizontal' ? 'horizontal' : 'none',
    palette,
  } as const;
  kernel.placeIndexed(target, x, y, indices, layout, width, height, crop);
}

function sampleLayout(encoding: SamplesEncoding): SampleLayout {
  const { format = 'unsigned', colourSamples, alpha, predictor } = encoding;
  const bitsPerSample = sampleBits(encoding);
  const floating = format === 'float';
  const fits =
    (floating ? bitsPerSample >= 16 : bitsPerSample !== 24) &&
    (format !== 'signed' || (bitsPerSample >= 16 && alpha !== 'associated')) &&
    (predictor !== 'floating' || floating) &&
    (predictor !== 'horizontal' || [8, 16, 32].includes(bitsPerSample));
  if (!fits) throw unreadable(encoding);
  return {
    ...encoding,
    bitsPerSample,
    // What follows four inks is no alpha that the raster has a place for.
    alpha:
      alpha === 'none' || colourSamples === 4
        ? undefined
        : { sample: colourSamples, associated: alpha === 'associated' },
    window: windowOf(encoding),
  };
}

/** Where colours are multiplied by their alpha, 0 stays 0. */
function windowOf({ bitsPerSample, window, alpha }: SamplesEncoding): SampleWindow | undefined {
  if (bitsPerSample < 16 || window === undefined) return undefined;
  if (alpha !== 'associated') return window;
  return window.max > 0 ? { min: 0, max: window.max } : undefined;
}

function sampleBits(encoding: SamplesEncoding): SampleLayout['bitsPerSample'] {
  const bits = ([1, 2, 4, 8, 16, 24, 32] as const).find((known) => known === encoding.bitsPerSample);
  if (bits === undefined) throw unreadable(encoding);
  return bits;
}

function indexBits(encoding: SamplesEncoding): 1 | 2 | 4 | 8 {
  const bits = ([1, 2, 4, 8] as const).find((known) => known === encoding.bitsPerSample);
  if (bits === undefined || (encoding.predictor !== 'none' && bits !== 8)) throw unreadable(encoding);
  return bits;
}

function unreadable({ bitsPerSample, format = 'unsigned', predictor, palette }: SamplesEncoding): ImageServerError {
  return new ImageServerError(
    501,
    `${palette ? 'Palette indices' : `Samples (${format})`} of ${bitsPerSample} bits with predictor "${predictor}" are not read: store the image with 8 or 16 bits per sample`,
  );
}
