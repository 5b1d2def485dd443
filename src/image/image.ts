import type { ReadOptions } from '../source/source.ts';

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
}

export type Alpha = 'none' | 'associated' | 'unassociated';

/** What the stored samples mean. */
export interface Colour {
  readonly space: 'grey' | 'rgb';
  readonly bitsPerSample: number;
  readonly alpha: Alpha;
  /** Length of the embedded ICC profile in bytes; 0 where there is none. */
  readonly profileLength: number;
}

/** TIFF 6.0 tag 274: 1 is upright, 6 is turned by 90° clockwise for display. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

/** How a tile's bytes become pixels. */
export type TileEncoding =
  | {
      readonly kind: 'jpeg';
      /** Colour transform of the JPEG data; `rgb` must be marked by an Adobe segment. */
      readonly colour: 'ycbcr' | 'rgb' | 'grey';
      /** Shared tables (TIFF JPEGTables, with SOI and EOI) that must be spliced in; undefined where the tile is whole. */
      readonly tables: Uint8Array | undefined;
    }
  | { readonly kind: 'webp' }
  | {
      readonly kind: 'samples';
      readonly compression: 'none' | 'deflate';
      readonly predictor: 'none' | 'horizontal';
      readonly bitsPerSample: number;
      /** Samples stored per pixel, in one part or as planes. */
      readonly samplesPerPixel: number;
      /** The first of them that are colour: 1 grey, 3 RGB. */
      readonly colourSamples: 1 | 3;
      /** Unless `none`, the sample after the colour is alpha. Samples beyond these have no meaning here. */
      readonly alpha: Alpha;
      readonly littleEndian: boolean;
      /** `MinIsWhite`: 0 is white. */
      readonly inverted: boolean;
    };

/** One stored tile, still compressed. */
export interface EncodedTile {
  /** One part, or one per sample where the samples are stored in separate planes. */
  readonly planes: readonly Uint8Array[];
  readonly encoding: TileEncoding;
  /** Stored size in pixels, padding included. */
  readonly width: number;
  readonly height: number;
}

/** Structure of one image in a source: no pixels. */
export interface TiledImage {
  /** Full size as the user sees it, orientation applied. */
  readonly width: number;
  readonly height: number;
  readonly orientation: Orientation;
  /** Full resolution first, strictly smaller ones after it. */
  readonly levels: readonly Level[];
  readonly colour: Colour;
  /**
   * The file has transparency masks. Its smaller levels then hold no colours where they are masked: GDAL makes them
   * black, and keeps the full resolution as it was.
   */
  readonly masked: boolean;
  /** Compression of the tiles, which tells the preferred output format. */
  readonly tileFormat: 'jpeg' | 'webp' | 'samples';
  /**
   * Reads one tile; undefined where the file has none (sparse), which shows as zero samples.
   * `column` and `row` count tiles of that level.
   */
  readTile(level: Level, column: number, row: number, options?: ReadOptions): Promise<EncodedTile | undefined>;
  /** Reads the embedded ICC profile; undefined where there is none. */
  readProfile(options?: ReadOptions): Promise<Uint8Array | undefined>;
}
