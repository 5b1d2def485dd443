import type { ByteRange, ReadOptions } from '../source/source.ts';

/** One resolution of an image, in stored pixels (before orientation). */
export interface Level {
  /** Position in `TiledImage.levels`; 0 is full resolution. */
  readonly index: number;
  readonly width: number;
  readonly height: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
  /**
   * Full-resolution pixels per pixel of this level. An integer where the level's size is the full size divided by it,
   * rounded up or down (so that 1500 → 187 and 1500 → 188 are both 8); else the plain ratio of the widths.
   */
  readonly scale: number;
  /** Compression of its tiles; levels of one image may differ. */
  readonly tileFormat: TileFormat;
  /** Its tiles can be read with a transparency mask. */
  readonly masked?: boolean | undefined;
}

/**
 * A picture format where a tile is such a picture, or the whole image is. `samples`: none that is; `picture`: not stored
 * at all, but made from a picture by halving it.
 */
export type TileFormat = PictureFormat | 'samples' | 'picture' | 'jpeg2000';

export type Alpha = 'none' | 'associated' | 'unassociated';

/** What the stored samples mean. */
export interface Colour {
  readonly space: 'grey' | 'rgb' | 'cmyk' | 'lab';
  readonly bitsPerSample: number;
  /** A transparency mask counts as `unassociated`. */
  readonly alpha: Alpha;
  /** Length of the embedded ICC profile in bytes; 0 where there is none. */
  readonly profileLength: number;
}

/** TIFF 6.0 tag 274: 1 is upright, 6 is turned by 90° clockwise for display. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** Picture formats that are read as whole objects. */
export type PictureFormat = 'jpeg' | 'png' | 'webp' | 'avif' | 'gif';

/** Compressions of samples that aren't pictures of their own (TIFF tag 259). */
export type SampleCompression =
  | 'none'
  | 'deflate'
  | 'lzw'
  | 'packbits'
  | 'ccitt-rle'
  | 'ccitt-g3'
  | 'ccitt-g4'
  | 'zstd'
  | 'lerc';

/** How stored samples lie in a tile. */
export interface SamplesEncoding {
  readonly kind: 'samples';
  readonly compression: SampleCompression;
  /** T4Options (tag 292) of `ccitt-g3`: bit 0 two-dimensional, bit 2 lines end at whole bytes. */
  readonly t4Options?: number | undefined;
  /** Bits fill bytes from the lowest one on (FillOrder 2). */
  readonly reversedBits?: boolean | undefined;
  /** `floating` is predictor 3. */
  readonly predictor: 'none' | 'horizontal' | 'floating';
  /** 1, 2, 4, 8, 16, 24 (floats) or 32. */
  readonly bitsPerSample: number;
  /** By default `unsigned`. */
  readonly format?: 'unsigned' | 'signed' | 'float' | undefined;
  /** Samples stored per pixel, in one part or as planes. */
  readonly samplesPerPixel: number;
  /** The first of them that are colour: 1 grey or an index, 3 RGB, YCbCr or L*a*b*, 4 CMYK. */
  readonly colourSamples: 1 | 3 | 4;
  /** Unless `none`, the sample after the colour is alpha. Samples beyond these have no meaning here. */
  readonly alpha: Alpha;
  readonly littleEndian: boolean;
  /** `MinIsWhite`: 0 is white. */
  readonly inverted: boolean;
  /** Values that become black and white, from SMinSampleValue and SMaxSampleValue; undefined where the file has none. */
  readonly window?: { readonly min: number; readonly max: number } | undefined;
  /** Palette of 2^bitsPerSample colours, RGBA, of which the samples are indices. */
  readonly palette?: Uint8Array | undefined;
  /** Samples are YCbCr without JPEG, the colours of a block of pixels stored after its luma (TIFF 6.0, section 21). */
  readonly ycbcr?: YCbCrLayout | undefined;
  /** Samples are L*a*b*: `cie` has signed a* and b* (photometric 8), `icc` has them shifted to be unsigned (9). */
  readonly lab?: 'cie' | 'icc' | undefined;
}

/** TIFF 6.0, section 21. */
export interface YCbCrLayout {
  /** Luma samples per pair of colour samples, along each side: 1, 2 or 4. */
  readonly horizontal: number;
  readonly vertical: number;
  /** Luma of red, green and blue; Rec. 601 by default. */
  readonly coefficients: readonly [number, number, number];
  /** Black and white of Y, Cb, Cr (ReferenceBlackWhite). */
  readonly reference: readonly [number, number, number, number, number, number];
}

/**
 * Codestreams of JPEG 2000 (ISO/IEC 15444-1), each cut down to what a tile needs. Each of a tile's `planes` is one, of
 * one tile of the codestream, and fills one part of the picture.
 */
export interface Jpeg2000Encoding {
  readonly kind: 'jpeg2000';
  /** One for each of the tile's `planes`. */
  readonly parts: readonly Jpeg2000Part[];
  /** Resolutions that are left out: each halves the size. */
  readonly reduce: number;
  /** Quality layers that are decoded; 0: all there are. */
  readonly layers: number;
  /** Components of the codestream, and bits of each; signed ones are shifted to be unsigned by the decoder. */
  readonly bitsPerComponent: readonly number[];
  /** The component, or the palette's column, for each of grey or red, green, blue or Y, Cb, Cr; alpha comes last. */
  readonly channels: readonly number[];
  /** What these channels mean. */
  readonly space: 'grey' | 'rgb' | 'ycbcr' | 'cmyk';
  readonly alpha: Alpha;
  /** Palette of RGBA (`pclr` and `cmap` boxes) that the first component is an index of. */
  readonly palette?: Uint8Array | undefined;
  /** Values that become black and white, of components of more than 8 bits; by default the least and the largest. */
  readonly window?: SamplesEncoding['window'];
}

/** Where a decoded codestream lies. */
export interface Jpeg2000Part {
  /** Place of its first pixel within the tile, in pixels of the tile's level. */
  readonly x: number;
  readonly y: number;
  /** What is decoded of it, in coordinates of the reference grid (section B.2). */
  readonly area: { readonly x0: number; readonly y0: number; readonly x1: number; readonly y1: number };
}

/** How a tile's bytes become pixels. */
export type TileEncoding =
  | {
      readonly kind: 'jpeg';
      /** Colour transform of the JPEG data; `rgb` must be marked by an Adobe segment. */
      readonly colour: 'ycbcr' | 'rgb' | 'grey' | 'cmyk' | 'ycck';
      /** Ink samples are stored inverted, as Adobe's programs do in files of their own, and TIFFs don't. */
      readonly inverted?: boolean | undefined;
      /** Shared tables (TIFF JPEGTables, with SOI and EOI) that must be spliced in; undefined where the tile is whole. */
      readonly tables: Uint8Array | undefined;
    }
  | { readonly kind: 'webp' }
  /** The whole object, to be decoded once and kept. */
  | Jpeg2000Encoding
  | { readonly kind: 'picture'; readonly format: PictureFormat }
  | SamplesEncoding;

/** One stored tile, still compressed. */
export interface EncodedTile {
  /** One part, or one per sample where the samples are stored in separate planes. */
  readonly planes: readonly Uint8Array[];
  readonly encoding: TileEncoding;
  /** Stored size in pixels, padding included; the last strip of an image may be lower than the others. */
  readonly width: number;
  readonly height: number;
  /**
   * Transparency of the same pixels: one bit each, 1 is opaque. Undefined where it wasn't asked for, or the file leaves
   * it out, which on a level with masks is transparent.
   */
  readonly mask?: EncodedTile | undefined;
}

/** Pixels per inch along each side, as displayed. */
export interface Resolution {
  readonly x: number;
  readonly y: number;
}

/** Adjoining tiles of a level. */
export interface TileBlock {
  readonly column: number;
  readonly row: number;
  readonly columns: number;
  readonly rows: number;
}

export interface TileReadOptions extends ReadOptions {
  /** Read the tile's transparency mask as well, where its level has them. */
  readonly mask?: boolean | undefined;
  /** The tiles that are read for the same answer, of which this is one. */
  readonly among?: TileBlock | undefined;
}

/** Structure of one image in a source: no pixels. */
export interface TiledImage {
  /** Full size as the user sees it, orientation applied. */
  readonly width: number;
  readonly height: number;
  readonly orientation: Orientation;
  /** Full resolution first, strictly smaller ones after it. */
  readonly levels: readonly Level[];
  /**
   * Of each level one of less detail, in the same order, for whole images far below full size, where nobody sees the
   * difference; each has an index of its own.
   */
  readonly drafts?: readonly Level[] | undefined;
  readonly colour: Colour;
  /**
   * The file has transparency masks. Its smaller levels then hold no colours where they are masked: GDAL makes them
   * black, and keeps the full resolution as it was.
   */
  readonly masked: boolean;
  /** Compression of the full resolution's tiles, which tells the preferred output format. */
  readonly tileFormat: TileFormat;
  /**
   * Tiles are large beside what is asked of them (strips, whole pictures): they are decoded once and kept for a while.
   */
  readonly keepDecoded: boolean;
  /** Where the file tells it. */
  readonly resolution?: Resolution | undefined;
  /**
   * Reads one tile; undefined where the file has none (sparse), which shows as zero samples.
   * `column` and `row` count tiles of that level.
   */
  readTile(level: Level, column: number, row: number, options?: TileReadOptions): Promise<EncodedTile | undefined>;
  /**
   * Reads adjoining tiles as one, of the size of all of them. Where it is there, one such tile is decoded in less time
   * than those that it is made of.
   */
  readonly readBlock?: (level: Level, block: TileBlock, options?: ReadOptions) => Promise<EncodedTile>;
  /**
   * Where the bytes of a tile are, those of its mask included; empty where the file has none. It reads no more than the
   * index. Absent where tiles aren't ranges of the object.
   */
  readonly readTileRanges?: (
    level: Level,
    column: number,
    row: number,
    options?: ReadOptions,
  ) => Promise<readonly ByteRange[]>;
  /** Reads the embedded ICC profile; undefined where there is none. */
  readProfile(options?: ReadOptions): Promise<Uint8Array | undefined>;
}
