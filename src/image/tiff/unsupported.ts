import { ImageServerError } from '../../errors.ts';
import { VIPS_TILING } from '../mend.ts';
import type { Directory } from './directory.ts';
import { isJpeg2000, isReadJpeg2000 } from './jpeg2000.ts';
import type { Photometry } from './photometry.ts';
import { hasPredictor, isReadInPieces, rowLength } from './samples-encoding.ts';
import {
  COMPRESSION_NAMES,
  Compression,
  INK_SET_CMYK,
  OLD_STYLE_JPEG,
  PHOTOMETRIC_NAMES,
  Photometric,
  Planar,
  Predictor,
  SAMPLE_FORMAT_NAMES,
  SampleFormat,
} from './tags.ts';

/** Bytes of one decoded tile or strip: about what a phone's worker survives. 5792 × 5792 pixels of RGBA. */
export const MAX_DECODED_TILE = 128 * 2 ** 20;

/** Samples of a pixel, stored side by side, of which the colours are picked. */
const MAX_CHUNKY_SAMPLES = 64;

const READ_COMPRESSIONS: readonly number[] = Object.values(Compression);

/** Bits of samples that are read, by SampleFormat. */
const READ_BITS: Readonly<Record<number, readonly number[]>> = {
  [SampleFormat.Unsigned]: [1, 2, 4, 8, 16, 32],
  [SampleFormat.Signed]: [16, 32],
  [SampleFormat.Float]: [16, 24, 32],
  [SampleFormat.Undefined]: [1, 2, 4, 8, 16, 32],
};

/**
 * Everything in a valid directory that Potto doesn't read, each as a clause that names it by name and number.
 * `photometry` is undefined where the photometric interpretation isn't read.
 */
export function findUnsupported(directory: Directory, photometry: Photometry | undefined): readonly string[] {
  const { compression, photometric } = directory;
  const clauses: readonly (string | false | undefined)[] = [
    !READ_COMPRESSIONS.includes(compression) &&
      `compression ${compression} (${nameOf(COMPRESSION_NAMES, compression)})`,
    (directory.lercParameters[1] ?? 0) !== 0 && 'LERC with a further compression on top',
    !photometry && `photometric interpretation ${photometric} (${nameOf(PHOTOMETRIC_NAMES, photometric)})`,
    photometry?.space === 'cmyk' &&
      (directory.inkSet !== INK_SET_CMYK || directory.numberOfInks !== 4) &&
      `other inks than CMYK (InkSet ${directory.inkSet}, ${directory.numberOfInks} inks)`,
    photometry &&
      photometry.samples > directory.samplesPerPixel &&
      `${nameOf(PHOTOMETRIC_NAMES, photometric)} with ${samplesOf(directory)}`,
    findUnsupportedBits(directory, photometry),
    findUnsupportedPicture(directory, photometry),
    findUnsupportedSamples(directory),
    sizeClause(directory),
  ];
  return clauses.filter((clause) => typeof clause === 'string');
}

function findUnsupportedBits(directory: Directory, photometry: Photometry | undefined): string | undefined {
  const { compression, photometric } = directory;
  const bits = [...new Set(directory.bitsPerSample)];
  const formats = [...new Set(directory.sampleFormat)];
  const [count = 1] = bits;
  const [format = SampleFormat.Unsigned] = formats;
  const integers = format === SampleFormat.Unsigned || format === SampleFormat.Undefined;
  const named = `${bits.map((each) => `${each}-bit`).join(' and ')} ${integers && formats.length === 1 ? '' : `${formats.map((each) => nameOf(SAMPLE_FORMAT_NAMES, each)).join(' and ')} `}samples`;
  if (bits.length > 1 || formats.length > 1) return named;
  // Of any number of bits; see `findUnsupportedPicture`.
  if (isJpeg2000(directory)) return undefined;
  if (isPicture(directory) && (count !== 8 || !integers))
    return `${named} in ${nameOf(COMPRESSION_NAMES, compression)}`;
  if (isBilevel(compression) && count !== 1) return `${named} in ${nameOf(COMPRESSION_NAMES, compression)}`;
  const only = photometry && READ_ONLY[photometric];
  if (only)
    return only.includes(count) && (integers || photometry.space === 'lab')
      ? undefined
      : `${nameOf(PHOTOMETRIC_NAMES, photometric)} of ${named}`;
  return READ_BITS[format]?.includes(count) ? undefined : named;
}

/** Bits of the samples of kinds of colour that aren't read in all of them. */
const READ_ONLY: Readonly<Record<number, readonly number[]>> = {
  [Photometric.Palette]: [1, 2, 4, 8],
  [Photometric.Separated]: [8, 16],
  [Photometric.YCbCr]: [8],
  [Photometric.CieLab]: [8, 16],
  [Photometric.IccLab]: [8, 16],
};

/** JPEG, WebP and JPEG 2000 hold what they hold, whatever the tags say. */
function findUnsupportedPicture(directory: Directory, photometry: Photometry | undefined): string | undefined {
  const { compression, photometric, samplesPerPixel } = directory;
  if (!photometry) return undefined;
  if (isJpeg2000(directory)) {
    return isReadJpeg2000(directory)
      ? undefined
      : `JPEG 2000 with ${nameOf(PHOTOMETRIC_NAMES, photometric)} and ${samplesOf(directory)} of ${directory.bitsPerSample[0] ?? 1} bits`;
  }
  if (!isPicture(directory)) return undefined;
  const chunky = directory.planar === Planar.Chunky || samplesPerPixel === 1;
  const jpegs: readonly number[] = [Photometric.BlackIsZero, Photometric.Rgb, Photometric.YCbCr, Photometric.Separated];
  const isRead =
    compression === Compression.Jpeg
      ? jpegs.includes(photometric) && samplesPerPixel === photometry.samples
      : photometric === Photometric.Rgb && samplesPerPixel <= 4;
  if (isRead && chunky) return undefined;
  return `${nameOf(COMPRESSION_NAMES, compression)} with ${nameOf(PHOTOMETRIC_NAMES, photometric)} and ${samplesOf(directory)}`;
}

function findUnsupportedSamples(directory: Directory): string | undefined {
  const { compression, photometric, predictor, planar, samplesPerPixel, bitsPerSample, sampleFormat } = directory;
  if (isPicture(directory) || isJpeg2000(directory)) return undefined;
  const [bits = 1] = bitsPerSample;
  if (isBilevel(compression) && samplesPerPixel > 1) {
    return `${nameOf(COMPRESSION_NAMES, compression)} with ${samplesOf(directory)}`;
  }
  if (planar === Planar.Chunky && samplesPerPixel > MAX_CHUNKY_SAMPLES) return samplesOf(directory);
  const { subsampling } = directory.ycbcr;
  if (photometric === Photometric.YCbCr) {
    if (!subsampling.every((each) => [1, 2, 4].includes(each)))
      return `YCbCr subsampled by ${subsampling.join(' and ')}`;
    if (planar !== Planar.Chunky || samplesPerPixel !== 3) return `YCbCr with ${samplesOf(directory)}`;
  }
  if (!hasPredictor(directory)) return undefined;
  const isRead =
    photometric !== Photometric.YCbCr &&
    (predictor === Predictor.Horizontal
      ? [8, 16, 32].includes(bits)
      : predictor === Predictor.FloatingPoint && sampleFormat[0] === SampleFormat.Float);
  return isRead ? undefined : `predictor ${predictor} with ${nameOf(PHOTOMETRIC_NAMES, photometric)} of ${bits} bits`;
}

function sizeClause(directory: Directory): string | undefined {
  const { tiled, tileWidth, tileHeight, samplesPerPixel, planar } = directory;
  if (isReadInPieces(directory)) return undefined;
  const planes = planar === Planar.Separate ? samplesPerPixel : 1;
  const row = isPicture(directory) ? tileWidth * 4 : rowLength(directory) * planes;
  if (row * tileHeight <= MAX_DECODED_TILE) return undefined;
  return `${tiled ? 'tiles' : 'strips'} of ${tileWidth} × ${tileHeight} pixels, too large to be decoded at once`;
}

const isPicture = ({ compression }: Directory) => compression === Compression.Jpeg || compression === Compression.Webp;

const isBilevel = (compression: number) => compression >= Compression.CcittRle && compression <= Compression.CcittG4;

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
    `This TIFF has ${reasons.join(', ')}, which Potto does not read. It reads tiles and strips without compression or ` +
      'with JPEG, JPEG 2000, WebP, LZW, Deflate, Zstandard, PackBits, CCITT or LERC, of 1 to 32 bits, in grey, RGB, CMYK, YCbCr, ' +
      `L*a*b* or of a palette. Convert the file: ${mendingCommand(directory)}`,
  );
}

function mendingCommand({ compression, bitsPerSample, sampleFormat, extraSamples }: Directory): string {
  const bits = bitsPerSample[0] ?? 1;
  const integers = sampleFormat.every(
    (format) => format === SampleFormat.Unsigned || format === SampleFormat.Undefined,
  );
  if (compression === OLD_STYLE_JPEG) {
    return `tiff2rgba -n -c none in.tif rgb.tif, then vips tiffsave rgb.tif out.tif ${VIPS_TILING.jpeg}`;
  }
  if (!integers || bits > 16) return `vips scale in.tif grey.v, then vips tiffsave grey.v out.tif ${VIPS_TILING.jpeg}`;
  const lossless = bits === 16 || extraSamples.length > 0;
  return `vips tiffsave in.tif out.tif ${lossless ? VIPS_TILING.deflate : VIPS_TILING.jpeg}`;
}
