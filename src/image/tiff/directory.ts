import { damaged, type HeaderWindows } from '../header-windows.ts';
import { type Fields, fieldsOf } from './fields.ts';
import type { Field, Ifd, TiffHeader } from './ifd.ts';
import { Compression, Photometric, ResolutionUnit, Tag } from './tags.ts';

/** Samples of one pixel. Hyperspectral scanners give a few hundred. */
export const MAX_SAMPLES_PER_PIXEL = 1024;

/** SubIFDs of one directory: a pyramid that halves has at most 24 levels here. */
export const MAX_SUB_IFDS = 32;

/** Longest side, in pixels. Keeps every product of sides, samples and bytes an exact integer; no scanner comes near. */
export const MAX_SIDE = 2 ** 24;

/** Three lists of 65,536 colours: the palette of 16-bit indices. */
const MAX_COLOUR_MAP = 3 * 65_536;

/** What a directory says of its image, with the defaults of TIFF 6.0 where it says nothing. */
export interface Directory {
  readonly offset: number;
  readonly width: number;
  readonly height: number;
  readonly subfileType: number;
  readonly bitsPerSample: readonly number[];
  readonly sampleFormat: readonly number[];
  readonly extraSamples: readonly number[];
  readonly samplesPerPixel: number;
  /** Values of the darkest and the lightest sample, by sample; empty where the file has none. */
  readonly sampleRange: { readonly min: readonly number[]; readonly max: readonly number[] };
  readonly compression: number;
  readonly t4Options: number;
  /** Version, further compression; empty where the compression isn't LERC. */
  readonly lercParameters: readonly number[];
  readonly photometric: number;
  /** Red of all colours, then green, then blue; empty where there is no palette. */
  readonly colourMap: readonly number[];
  readonly inkSet: number;
  readonly numberOfInks: number;
  readonly ycbcr: YCbCrTags;
  readonly fillOrder: number;
  readonly orientation: number;
  readonly planar: number;
  readonly predictor: number;
  /** False where the image is in strips, which are tiles as wide as the image. */
  readonly tiled: boolean;
  readonly tileWidth: number;
  readonly tileHeight: number;
  readonly tileOffsets: Field | undefined;
  readonly tileByteCounts: Field | undefined;
  readonly jpegTables: Field | undefined;
  readonly profile: Field | undefined;
  readonly xResolution: Field | undefined;
  readonly yResolution: Field | undefined;
  readonly resolutionUnit: number;
  /** Positions of child directories (TIFF Supplement 1). */
  readonly subIfds: readonly number[];
}

/** TIFF 6.0, section 21. */
export interface YCbCrTags {
  readonly subsampling: readonly number[];
  readonly coefficients: readonly number[];
  readonly reference: readonly number[];
}

/** @throws {ImageServerError} 502 when a value is missing, absurd or past the end of the object. */
export async function readDirectory(windows: HeaderWindows, header: TiffHeader, ifd: Ifd): Promise<Directory> {
  const fields = fieldsOf(windows, header, ifd);
  const { readNumber: number, readNumbers: numbers, field } = fields;
  const samplesPerPixel = await readSamplesPerPixel(fields);
  const compression = (await number(Tag.Compression)) ?? Compression.None;
  const photometric = await readPhotometric(fields);
  return {
    offset: ifd.range.offset,
    ...(await readSize(fields)),
    ...(await readTiling(fields)),
    subfileType: (await number(Tag.NewSubfileType)) ?? 0,
    bitsPerSample: await numbers(Tag.BitsPerSample, [1], MAX_SAMPLES_PER_PIXEL),
    sampleFormat: await numbers(Tag.SampleFormat, [1], MAX_SAMPLES_PER_PIXEL),
    extraSamples: await numbers(Tag.ExtraSamples, [], MAX_SAMPLES_PER_PIXEL),
    samplesPerPixel,
    sampleRange: {
      min: await fields.readReals(Tag.SMinSampleValue, [], MAX_SAMPLES_PER_PIXEL),
      max: await fields.readReals(Tag.SMaxSampleValue, [], MAX_SAMPLES_PER_PIXEL),
    },
    compression,
    t4Options: (await number(Tag.T4Options)) ?? 0,
    lercParameters: compression === Compression.Lerc ? await numbers(Tag.LercParameters, [], 16) : [],
    photometric,
    colourMap: photometric === Photometric.Palette ? await numbers(Tag.ColorMap, [], MAX_COLOUR_MAP) : [],
    inkSet: (await number(Tag.InkSet)) ?? 1,
    numberOfInks: (await number(Tag.NumberOfInks)) ?? 4,
    ycbcr: await readYCbCr(fields, photometric === Photometric.YCbCr && compression !== Compression.Jpeg),
    fillOrder: (await number(Tag.FillOrder)) ?? 1,
    orientation: (await number(Tag.Orientation)) ?? 1,
    planar: (await number(Tag.PlanarConfiguration)) ?? 1,
    predictor: (await number(Tag.Predictor)) ?? 1,
    jpegTables: field(Tag.JPEGTables),
    profile: field(Tag.ICCProfile),
    xResolution: field(Tag.XResolution),
    yResolution: field(Tag.YResolution),
    resolutionUnit: (await number(Tag.ResolutionUnit)) ?? ResolutionUnit.Inch,
    subIfds: await numbers(Tag.SubIFDs, [], MAX_SUB_IFDS),
  };
}

/** Number of samples of one pixel, 1 by default. */
export async function readSamplesPerPixel({ readNumber }: Fields): Promise<number> {
  return (await readNumber(Tag.SamplesPerPixel)) ?? 1;
}

/** The tag is required, but where it is missing readers agree on what is meant. */
export async function readPhotometric(fields: Fields): Promise<number> {
  const usual = (await readSamplesPerPixel(fields)) >= 3 ? Photometric.Rgb : Photometric.BlackIsZero;
  return (await fields.readNumber(Tag.PhotometricInterpretation)) ?? usual;
}

/** @throws {ImageServerError} 502 when a side is missing or absurd. */
export async function readSize({ readNumber }: Fields): Promise<{ readonly width: number; readonly height: number }> {
  return {
    width: checkSide('width', await readNumber(Tag.ImageWidth)),
    height: checkSide('height', await readNumber(Tag.ImageLength)),
  };
}

type Tiling = Pick<Directory, 'tiled' | 'tileWidth' | 'tileHeight' | 'tileOffsets' | 'tileByteCounts'>;

async function readTiling(fields: Fields): Promise<Tiling> {
  const { readNumber, field } = fields;
  // Some writers give tiles the tags of strips; the tag of their width is never mistaken.
  const tileOffsets = field(Tag.TileOffsets) ?? field(Tag.StripOffsets);
  const tileByteCounts = field(Tag.TileByteCounts) ?? field(Tag.StripByteCounts);
  if (field(Tag.TileWidth)) {
    const tileWidth = (await readNumber(Tag.TileWidth)) ?? 0;
    const tileHeight = (await readNumber(Tag.TileLength)) ?? 0;
    return { tiled: true, tileWidth, tileHeight, tileOffsets, tileByteCounts };
  }
  const { width, height } = await readSize(fields);
  // By default, and as 2^32 - 1, the whole image is one strip (TIFF 6.0, page 39).
  const tileHeight = Math.min(height, (await readNumber(Tag.RowsPerStrip)) ?? height);
  return { tiled: false, tileWidth: width, tileHeight, tileOffsets, tileByteCounts };
}

/** The defaults are those of TIFF 6.0, pages 91 to 94: Rec. 601, full range. */
async function readYCbCr({ readNumbers, readReals }: Fields, matters: boolean): Promise<YCbCrTags> {
  const subsampling = [2, 2];
  const coefficients = [0.299, 0.587, 0.114];
  const reference = [0, 255, 128, 255, 128, 255];
  if (!matters) return { subsampling, coefficients, reference };
  return {
    subsampling: await readNumbers(Tag.YCbCrSubSampling, subsampling, 2),
    coefficients: await readReals(Tag.YCbCrCoefficients, coefficients, 3),
    reference: await readReals(Tag.ReferenceBlackWhite, reference, 6),
  };
}

function checkSide(name: string, side: number | undefined): number {
  if (side === undefined) throw damaged(`a directory has no image ${name}`);
  if (side === 0 || side > MAX_SIDE) throw damaged(`its ${name} is ${side} pixels (1 to ${MAX_SIDE} make sense)`);
  return side;
}
