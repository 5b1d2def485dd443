import type { Codecs } from '../codec/codecs.ts';
import { decodeTile } from '../codec/decode-tile.ts';
import { sampleValues } from '../codec/sample-values.ts';
import type { EncodedTile, Jpeg2000Encoding, Level, SamplesEncoding, TiledImage } from '../image/image.ts';
import type { SampleWindow } from '../kernel/sample-layout.ts';
import type { ReadOptions } from '../source/source.ts';

/** Of the coarsest level so many tiles are looked at, evenly spread: all of them where the file is a pyramid. */
const MOST_TILES = 16;

/** Floats beyond this stand for missing data: the largest ones there are. */
const LARGEST_VALUE = 1e38;

/** Where an image holds no value at all. */
const NO_RANGE: SampleWindow = { min: 0, max: 1 };

const ranges = new WeakMap<TiledImage, Promise<SampleWindow>>();

/**
 * The image, the samples of whose tiles have a window where one is needed: the configured one, or the file's, or the
 * range of the data, the same for every tile. The range is found once, from the coarsest level.
 */
export function withWindow(image: TiledImage, configured: SampleWindow | undefined, codecs: Codecs): TiledImage {
  if (image.colour.bitsPerSample < 16) return image;
  return {
    ...image,
    async readTile(level, column, row, options) {
      const tile = await image.readTile(level, column, row, options);
      if (tile?.encoding.kind === 'jpeg2000') return withStoredWindow(tile, tile.encoding, configured);
      // Of a picture that was decoded, samples of 16 bits are 8 already.
      if (tile?.encoding.kind !== 'samples' || tile.encoding.bitsPerSample < 16) return tile;
      const { encoding } = tile;
      const window = configured ?? (isUnbounded(encoding) ? await rangeOf(image, codecs, options) : undefined);
      return window ? { ...tile, encoding: { ...encoding, window } } : tile;
    },
  };
}

/** JPEG 2000 has whole numbers, whose range their depth tells. */
function withStoredWindow(
  tile: EncodedTile,
  encoding: Jpeg2000Encoding,
  window: SampleWindow | undefined,
): EncodedTile {
  return window ? { ...tile, encoding: { ...encoding, window } } : tile;
}

/** Samples whose type tells too little about which values occur, in a file that tells nothing. */
function isUnbounded({ bitsPerSample, format, window, lab, palette }: SamplesEncoding): boolean {
  const told = window !== undefined && Number.isFinite(window.max - window.min) && window.min < window.max;
  return !told && !lab && !palette && (format === 'float' || bitsPerSample === 32);
}

function rangeOf(image: TiledImage, codecs: Codecs, { timing }: ReadOptions = {}): Promise<SampleWindow> {
  const known = ranges.get(image);
  if (known) return known;
  // Others wait for it too: one who gives up must not end it.
  const finding = findRange(image, codecs, { timing });
  ranges.set(image, finding);
  finding.catch(() => ranges.delete(image));
  return finding;
}

async function findRange(image: TiledImage, codecs: Codecs, options: ReadOptions): Promise<SampleWindow> {
  const level = image.levels.at(-1);
  if (!level) return NO_RANGE;
  const columns = Math.ceil(level.width / level.tileWidth);
  const count = columns * Math.ceil(level.height / level.tileHeight);
  const step = Math.max(1, count / MOST_TILES);
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  for (let place = 0; place < count; place += step) {
    const column = Math.floor(place) % columns;
    const row = Math.floor(Math.floor(place) / columns);
    const tile = await image.readTile(level, column, row, options);
    if (!tile) continue;
    const range = await tileRange(tile, codecs, shownPart(level, column, row));
    min = Math.min(min, range.min);
    max = Math.max(max, range.max);
  }
  if (!(min <= max)) return NO_RANGE;
  return min < max ? { min, max } : { min, max: min + 1 };
}

/** What of a tile is no padding. */
function shownPart({ width, height, tileWidth, tileHeight }: Level, column: number, row: number) {
  return { width: width - column * tileWidth, height: height - row * tileHeight };
}

async function tileRange(
  tile: EncodedTile,
  codecs: Codecs,
  shown: { readonly width: number; readonly height: number },
): Promise<SampleWindow> {
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  const decoded = await decodeTile(tile, codecs);
  if (decoded.kind !== 'samples') return { min, max };
  const { planes, encoding, width, height } = decoded;
  const chunky = planes.length === 1;
  const distance = chunky ? encoding.samplesPerPixel : 1;
  const right = Math.min(width, shown.width);
  const bottom = Math.min(height, shown.height);
  for (const plane of planes.slice(0, encoding.colourSamples)) {
    const values = sampleValues({ plane, width, height, distance }, encoding);
    for (let y = 0; y < bottom; y++) {
      for (let x = 0; x < right; x++) {
        for (let sample = 0; sample < (chunky ? encoding.colourSamples : 1); sample++) {
          const value = values[(y * width + x) * distance + sample] ?? Number.NaN;
          if (!(Math.abs(value) < LARGEST_VALUE)) continue;
          if (value < min) min = value;
          if (value > max) max = value;
        }
      }
    }
  }
  return { min, max };
}
