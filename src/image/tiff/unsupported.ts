import { ImageServerError } from '../../errors.ts';
import { VIPS_TILING } from '../mend.ts';
import type { Directory } from './directory.ts';
import {
  COMPRESSION_NAMES,
  Compression,
  PHOTOMETRIC_NAMES,
  Photometric,
  Planar,
  Predictor,
  SAMPLE_FORMAT_NAMES,
  SampleFormat,
} from './tags.ts';

/** Pixels of one tile: a 4096 × 4096 RGBA tile is 64 MiB when decoded, about what a phone's worker survives. */
const MAX_TILE_PIXELS = 4096 * 4096;

const READ_COMPRESSIONS: readonly number[] = Object.values(Compression);
const READ_FORMATS: readonly number[] = Object.values(SampleFormat);

/**
 * Everything in a valid directory that Potto doesn't read, each as a clause that names it by name and number.
 * `colourSamples` is undefined where the photometric interpretation isn't read.
 */
export function findUnsupported(directory: Directory, colourSamples: 1 | 3 | undefined): readonly string[] {
  const { compression, photometric, bitsPerSample, sampleFormat } = directory;
  const jpeg = compression === Compression.Jpeg;
  const eightBit = jpeg || compression === Compression.Webp;
  const bits = [...new Set(bitsPerSample)];
  const formats = [...new Set(sampleFormat)];
  const tilePixels = (directory.tileWidth ?? 0) * (directory.tileHeight ?? 0);
  const clauses: readonly (readonly [boolean, string])[] = [
    [
      !READ_COMPRESSIONS.includes(compression),
      `compression ${compression} (${nameOf(COMPRESSION_NAMES, compression)})`,
    ],
    [
      colourSamples === undefined,
      `photometric interpretation ${photometric} (${nameOf(PHOTOMETRIC_NAMES, photometric)})`,
    ],
    [
      photometric === Photometric.YCbCr && !jpeg,
      `photometric interpretation ${photometric} (YCbCr) in another compression than JPEG`,
    ],
    [
      bits.length > 1 || !(bits[0] === 8 || (bits[0] === 16 && !eightBit)),
      `${bits.map((count) => `${count}-bit`).join(' and ')} samples${eightBit ? ` in ${nameOf(COMPRESSION_NAMES, compression)}` : ''}`,
    ],
    [
      !formats.every((format) => READ_FORMATS.includes(format)),
      `${formats.map((format) => nameOf(SAMPLE_FORMAT_NAMES, format)).join(' and ')} samples`,
    ],
    [
      isJpegOddity(directory, colourSamples),
      `JPEG with ${nameOf(PHOTOMETRIC_NAMES, photometric)} and ${samplesOf(directory)}`,
    ],
    [
      compression === Compression.Webp && (directory.planar !== Planar.Chunky || photometric !== Photometric.Rgb),
      `WebP with ${nameOf(PHOTOMETRIC_NAMES, photometric)} and ${samplesOf(directory)}`,
    ],
    [
      (colourSamples ?? 1) > directory.samplesPerPixel,
      `${nameOf(PHOTOMETRIC_NAMES, photometric)} with ${samplesOf(directory)}`,
    ],
    [!eightBit && directory.predictor > Predictor.Horizontal, `predictor ${directory.predictor}`],
    [!eightBit && directory.fillOrder === 2, 'bits in reverse order (FillOrder 2)'],
    [directory.tileWidth === undefined, 'strips instead of tiles'],
    [tilePixels > MAX_TILE_PIXELS, `tiles of ${directory.tileWidth} × ${directory.tileHeight} pixels`],
  ];
  return clauses.filter(([holds]) => holds).map(([, clause]) => clause);
}

function isJpegOddity(
  { compression, photometric, planar, samplesPerPixel }: Directory,
  colourSamples?: 1 | 3,
): boolean {
  if (compression !== Compression.Jpeg || colourSamples === undefined) return false;
  const separate = planar === Planar.Separate && samplesPerPixel > 1;
  return separate || samplesPerPixel !== colourSamples || photometric === Photometric.WhiteIsZero;
}

function samplesOf({ samplesPerPixel, planar }: Directory): string {
  const samples = `${samplesPerPixel} sample${samplesPerPixel === 1 ? '' : 's'} per pixel`;
  return planar === Planar.Separate ? `${samples} in separate planes` : samples;
}

function nameOf(names: Readonly<Record<number, string>>, code: number): string {
  return names[code] ?? 'unknown';
}

/** The answer to a valid TIFF that isn't read: what was found, what is read, and the command that mends the file. */
export function unsupportedTiff(directory: Directory, reasons: readonly string[]): ImageServerError {
  return new ImageServerError(
    501,
    `This TIFF has ${reasons.join(', ')}, which Potto does not read. It reads tiles with JPEG, WebP, Deflate or no ` +
      `compression, of 8 or 16 bit grey or RGB. Convert the file: ${mendingCommand(directory)}`,
  );
}

function mendingCommand(directory: Directory): string {
  const bits = directory.bitsPerSample[0] ?? 1;
  const integers = directory.sampleFormat.every((format) => READ_FORMATS.includes(format));
  // 5 is CMYK, 8 to 10 are kinds of L*a*b*: JPEG and Deflate would keep them as they are.
  if ([5, 8, 9, 10].includes(directory.photometric)) {
    return `vips colourspace in.tif rgb.v srgb, then vips tiffsave rgb.v out.tif ${VIPS_TILING.jpeg}`;
  }
  if (!integers || bits > 16) return `vips scale in.tif grey.v, then vips tiffsave grey.v out.tif ${VIPS_TILING.jpeg}`;
  const lossless = bits === 16 || directory.extraSamples.length > 0;
  return `vips tiffsave in.tif out.tif ${lossless ? VIPS_TILING.deflate : VIPS_TILING.jpeg}`;
}
