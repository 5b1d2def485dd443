import type { Alpha, SampleCompression, SamplesEncoding, YCbCrLayout } from '../image.ts';
import type { Directory } from './directory.ts';
import { paletteOf } from './palette.ts';
import type { Photometry } from './photometry.ts';
import { Compression, Photometric, Planar, Predictor, REVERSED_BITS, SampleFormat } from './tags.ts';

const SAMPLE_COMPRESSIONS: Readonly<Record<number, SampleCompression>> = {
  [Compression.None]: 'none',
  [Compression.CcittRle]: 'ccitt-rle',
  [Compression.CcittG3]: 'ccitt-g3',
  [Compression.CcittG4]: 'ccitt-g4',
  [Compression.Lzw]: 'lzw',
  [Compression.AdobeDeflate]: 'deflate',
  [Compression.Deflate]: 'deflate',
  [Compression.PackBits]: 'packbits',
  [Compression.Lerc]: 'lerc',
  [Compression.Zstd]: 'zstd',
};

/** libtiff and its peers heed the predictor only in these compressions, whatever the tag says in others. */
const PREDICTED: readonly number[] = [Compression.Lzw, Compression.AdobeDeflate, Compression.Deflate, Compression.Zstd];

/** True where samples are stored as differences. */
export function hasPredictor({ predictor, compression }: Directory): boolean {
  return predictor !== Predictor.None && PREDICTED.includes(compression);
}

/** Bytes of one row of a tile or strip without compression, of one plane where there are several. */
export function rowLength({ tileWidth, bitsPerSample, samplesPerPixel, planar }: Directory): number {
  const samples = planar === Planar.Separate ? 1 : samplesPerPixel;
  return Math.ceil((tileWidth * samples * (bitsPerSample[0] ?? 1)) / 8);
}

/**
 * Bytes of one row, where rows of one length follow each other: without compression, and without blocks of several rows
 * as subsampled colours have.
 */
export function fixedRowLength(directory: Directory): number | undefined {
  const { compression, photometric } = directory;
  const isFixed = compression === Compression.None && photometric !== Photometric.YCbCr;
  return isFixed ? rowLength(directory) : undefined;
}

/** True where the whole image is one strip, any rows of which can be read. */
export function isReadInPieces(directory: Directory): boolean {
  return !directory.tiled && directory.tileHeight === directory.height && fixedRowLength(directory) !== undefined;
}

/** How the samples of a directory that is read lie in its tiles; `samplesPerPixel` are those that are stored together. */
export function samplesEncodingOf(
  directory: Directory,
  { samples, space }: Photometry,
  stored: { readonly samplesPerPixel: number; readonly alpha: Alpha },
  littleEndian: boolean,
): SamplesEncoding {
  const { compression, photometric } = directory;
  const bitsPerSample = directory.bitsPerSample[0] ?? 1;
  return {
    kind: 'samples',
    compression: SAMPLE_COMPRESSIONS[compression] ?? 'none',
    t4Options: compression === Compression.CcittG3 ? directory.t4Options : undefined,
    reversedBits: directory.fillOrder === REVERSED_BITS ? true : undefined,
    predictor: predictorOf(directory),
    bitsPerSample,
    // The sign of L*a*b* follows from its kind, whatever SampleFormat says.
    format: space === 'lab' ? 'unsigned' : formatOf(directory),
    ...stored,
    colourSamples: samples,
    littleEndian,
    inverted: photometric === Photometric.WhiteIsZero,
    window: photometric === Photometric.Palette ? undefined : windowOf(directory, samples, stored.alpha),
    palette: photometric === Photometric.Palette ? paletteOf(directory.colourMap, bitsPerSample) : undefined,
    ycbcr: photometric === Photometric.YCbCr ? ycbcrOf(directory) : undefined,
    lab: photometric === Photometric.CieLab ? 'cie' : photometric === Photometric.IccLab ? 'icc' : undefined,
  };
}

function predictorOf(directory: Directory): SamplesEncoding['predictor'] {
  if (!hasPredictor(directory)) return 'none';
  return directory.predictor === Predictor.FloatingPoint ? 'floating' : 'horizontal';
}

function formatOf({ sampleFormat }: Directory): SamplesEncoding['format'] {
  if (sampleFormat[0] === SampleFormat.Signed) return 'signed';
  return sampleFormat[0] === SampleFormat.Float ? 'float' : 'unsigned';
}

/**
 * The range of the colours, which share one so that their balance stays. Samples below 16 bits mean what they say, and
 * colours multiplied by their alpha can't be moved.
 */
function windowOf({ sampleRange, bitsPerSample }: Directory, samples: number, alpha: Alpha): SamplesEncoding['window'] {
  const min = Math.min(...sampleRange.min.slice(0, samples));
  const max = Math.max(...sampleRange.max.slice(0, samples));
  const usable = Number.isFinite(max - min) && min < max && (bitsPerSample[0] ?? 1) >= 16;
  return usable && !(alpha === 'associated' && min !== 0) ? { min, max } : undefined;
}

function ycbcrOf({ ycbcr }: Directory): YCbCrLayout {
  const [horizontal = 2, vertical = 2] = ycbcr.subsampling;
  const [red = 0.299, green = 0.587, blue = 0.114] = ycbcr.coefficients;
  const [y0 = 0, y1 = 255, cb0 = 128, cb1 = 255, cr0 = 128, cr1 = 255] = ycbcr.reference;
  const usual = { coefficients: [0.299, 0.587, 0.114], reference: [0, 255, 128, 255, 128, 255] } as const;
  // What would be divided by: green, and the span of each of the three.
  const known = red > 0 && green > 0 && blue > 0 && red + green + blue < 2;
  const spans = [y1 - y0, cb1 - cb0, cr1 - cr0];
  const spanned = spans.every((span) => Number.isFinite(span) && span > 0);
  return {
    horizontal,
    vertical,
    coefficients: known ? [red, green, blue] : usual.coefficients,
    reference: spanned ? [y0, y1, cb0, cb1, cr0, cr1] : usual.reference,
  };
}
