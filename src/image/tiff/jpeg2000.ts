import type { Alpha, Jpeg2000Encoding } from '../image.ts';
import type { Directory } from './directory.ts';
import type { Photometry } from './photometry.ts';
import { Compression, Photometric, Planar, SampleFormat } from './tags.ts';

const READ_PHOTOMETRIES: readonly number[] = [
  Photometric.BlackIsZero,
  Photometric.Rgb,
  Photometric.Separated,
  Photometric.YCbCr,
];

/** True where each tile or strip is a whole codestream. */
export function isJpeg2000({ compression }: Directory): boolean {
  return (
    compression === Compression.AperioYCbCr ||
    compression === Compression.AperioRgb ||
    compression === Compression.VipsJpeg2000 ||
    compression === Compression.Jpeg2000
  );
}

/** Whether codestreams that say these samples can be read. */
export function isReadJpeg2000({
  photometric,
  bitsPerSample,
  sampleFormat,
  planar,
  samplesPerPixel,
}: Directory): boolean {
  const [bits = 1] = bitsPerSample;
  const integers = [SampleFormat.Unsigned, SampleFormat.Signed, SampleFormat.Undefined] as readonly number[];
  return (
    READ_PHOTOMETRIES.includes(photometric) &&
    bits <= 16 &&
    sampleFormat.every((format) => integers.includes(format)) &&
    (planar === Planar.Chunky || samplesPerPixel === 1)
  );
}

/**
 * How a tile's codestream becomes pixels. Aperio's compressions tell its colours, whatever the photometric tag says.
 * libvips turns RGB into YCbCr, where there is no alpha, and says RGB.
 */
export function jpeg2000EncodingOf(
  directory: Directory,
  { samples, space }: Photometry,
  alpha: Alpha,
): Jpeg2000Encoding {
  const { compression, photometric, tileWidth, tileHeight, samplesPerPixel, bitsPerSample } = directory;
  const isYCbCr =
    compression === Compression.AperioYCbCr ||
    (compression === Compression.VipsJpeg2000 && samplesPerPixel === 3) ||
    (compression === Compression.Jpeg2000 && photometric === Photometric.YCbCr);
  const [bits = 8] = bitsPerSample;
  return {
    kind: 'jpeg2000',
    parts: [{ x: 0, y: 0, area: { x0: 0, y0: 0, x1: tileWidth, y1: tileHeight } }],
    reduce: 0,
    layers: 0,
    bitsPerComponent: Array.from({ length: samplesPerPixel }, () => bits),
    channels: Array.from({ length: samples + (alpha === 'none' ? 0 : 1) }, (_, index) => index),
    space: space === 'cmyk' || space === 'grey' ? space : isYCbCr ? 'ycbcr' : 'rgb',
    alpha,
  };
}
