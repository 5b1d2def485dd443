import { damaged, type HeaderWindows } from '../header-windows.ts';
import { type Field, type Ifd, readNumbers, type TiffHeader } from './ifd.ts';
import { Photometric, Tag } from './tags.ts';

/** Samples of one pixel. Hyperspectral scanners give a few hundred. */
export const MAX_SAMPLES_PER_PIXEL = 1024;

/** SubIFDs of one directory: a pyramid that halves has at most 24 levels here. */
export const MAX_SUB_IFDS = 32;

/** Longest side, in pixels. Keeps every product of sides, samples and bytes an exact integer; no scanner comes near. */
export const MAX_SIDE = 2 ** 24;

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
  readonly compression: number;
  readonly photometric: number;
  readonly fillOrder: number;
  readonly orientation: number;
  readonly planar: number;
  readonly predictor: number;
  /** Undefined where the image is in strips. */
  readonly tileWidth: number | undefined;
  readonly tileHeight: number | undefined;
  readonly tileOffsets: Field | undefined;
  readonly tileByteCounts: Field | undefined;
  readonly jpegTables: Field | undefined;
  readonly profile: Field | undefined;
  /** Positions of child directories (TIFF Supplement 1). */
  readonly subIfds: readonly number[];
}

/** @throws {ImageServerError} 502 when a value is missing, absurd or past the end of the object. */
export async function readDirectory(windows: HeaderWindows, header: TiffHeader, ifd: Ifd): Promise<Directory> {
  const numbers = async (tag: number, fallback: readonly number[], maxCount = 1) => {
    const field = ifd.fields.get(tag);
    const values = field ? await readNumbers(windows, field, header.littleEndian, maxCount) : [];
    return values.length > 0 ? values : fallback;
  };
  const number = async (tag: number) => (await numbers(tag, []))[0];
  const samplesPerPixel = (await number(Tag.SamplesPerPixel)) ?? 1;
  // The tag is required, but where it is missing readers agree on what is meant.
  const usualPhotometric = samplesPerPixel >= 3 ? Photometric.Rgb : Photometric.BlackIsZero;
  return {
    offset: ifd.range.offset,
    width: checkSide('width', await number(Tag.ImageWidth)),
    height: checkSide('height', await number(Tag.ImageLength)),
    subfileType: (await number(Tag.NewSubfileType)) ?? 0,
    bitsPerSample: await numbers(Tag.BitsPerSample, [1], MAX_SAMPLES_PER_PIXEL),
    sampleFormat: await numbers(Tag.SampleFormat, [1], MAX_SAMPLES_PER_PIXEL),
    extraSamples: await numbers(Tag.ExtraSamples, [], MAX_SAMPLES_PER_PIXEL),
    samplesPerPixel,
    compression: (await number(Tag.Compression)) ?? 1,
    photometric: (await number(Tag.PhotometricInterpretation)) ?? usualPhotometric,
    fillOrder: (await number(Tag.FillOrder)) ?? 1,
    orientation: (await number(Tag.Orientation)) ?? 1,
    planar: (await number(Tag.PlanarConfiguration)) ?? 1,
    predictor: (await number(Tag.Predictor)) ?? 1,
    tileWidth: await number(Tag.TileWidth),
    tileHeight: await number(Tag.TileLength),
    tileOffsets: ifd.fields.get(Tag.TileOffsets),
    tileByteCounts: ifd.fields.get(Tag.TileByteCounts),
    jpegTables: ifd.fields.get(Tag.JPEGTables),
    profile: ifd.fields.get(Tag.ICCProfile),
    subIfds: await numbers(Tag.SubIFDs, [], MAX_SUB_IFDS),
  };
}

function checkSide(name: string, side: number | undefined): number {
  if (side === undefined) throw damaged(`a directory has no image ${name}`);
  if (side === 0 || side > MAX_SIDE) throw damaged(`its ${name} is ${side} pixels (1 to ${MAX_SIDE} make sense)`);
  return side;
}
