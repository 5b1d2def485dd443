import type { EncodedTile, Level, TileBlock, TiledImage, TileReadOptions } from '../image/image.ts';
import { SharedWorks } from '../source/shared-work.ts';
import type { ReadOptions } from '../source/source.ts';
import { Timing } from '../timing.ts';
import { type DecodeJob, isWorthDecodingElsewhere, tilesOfPixels } from './decode-job.ts';
import type { JobOptions, RenderPool, TileReader } from './job.ts';
import { KeptTiles, type TileKey } from './kept-tiles.ts';
import { keepingTiles } from './known-tiles.ts';
import type { TileRef } from './plan.ts';
import { blockAround, cutBlock, placesOf } from './tile-blocks.ts';
import { halved, type Uncompressing, uncompressed } from './uncompressed.ts';

/**
 * A photograph of 32 megapixels with its halves; two of those that phones take. Less would decode them again for every
 * tile, more would be missed elsewhere on a phone.
 */
export const DEFAULT_DECODED_BYTES = 128 * 2 ** 20;

export interface DecodedTilesOptions {
  /** Other threads, where there are any: a picture of 12 megapixels takes 0.2 s (JPEG) to 3 s (AVIF). */
  readonly pool?: RenderPool | undefined;
  /** Bytes; what is larger is decoded for those who wait for it, and not kept. `DEFAULT_DECODED_BYTES` by default. */
  readonly budget?: number | undefined;
}

/** What is asked of an image, and by whom its tiles are read. */
interface Asked {
  readonly image: TiledImage;
  readonly stored: TileReader;
  readonly place: TileRef;
}

/**
 * Tiles of images that say `keepDecoded`: each is decoded once for all who ask, and stays, without compression, as long
 * as it is used and there is room. Levels that aren't stored are halves, which are made at once and kept on their own.
 */
export class DecodedTiles {
  readonly #uncompressing: Uncompressing;
  readonly #pool: RenderPool | undefined;
  readonly #kept: KeptTiles;
  readonly #decoding = new SharedWorks<readonly EncodedTile[]>();
  readonly #images = new WeakMap<TiledImage, TiledImage>();
  readonly #names = new WeakMap<TiledImage, number>();
  #lastName = 0;

  constructor(uncompressing: Uncompressing, { pool, budget = DEFAULT_DECODED_BYTES }: DecodedTilesOptions = {}) {
    this.#uncompressing = uncompressing;
    this.#pool = pool;
    this.#kept = new KeptTiles(budget);
  }

  /** Bytes of pixels that are kept. */
  get bytes(): number {
    return this.#kept.bytes;
  }

  /** Drops what was used longest ago, until no more than so many bytes are kept. */
  shrinkTo(bytes: number): void {
    this.#kept.shrinkTo(bytes);
  }

  /** The picture that a level is made from, where an image is one: its name, and whether its pixels are kept. */
  pictureOf(image: TiledImage, level: Level): { readonly name: string; readonly isDecoded: boolean } {
    const key = (index: number) => this.#keyOf({ image, stored: image, place: { column: 0, row: 0 } }, { index });
    return { name: key(0).name, isDecoded: this.#kept.get(key(level.index)) !== undefined };
  }

  /** The image with its tiles decoded: the same object as long as the image is the same. */
  of(image: TiledImage): TiledImage {
    const known = this.#images.get(image) ?? this.reading(image, image);
    this.#images.set(image, known);
    return known;
  }

  /** The same, read by `stored`, which knows some of the image's tiles already. */
  reading(image: TiledImage, stored: TileReader): TiledImage {
    return {
      ...image,
      readTile: (level, column, row, options) =>
        // With masks, tiles are seldom strips: they aren't worth a place of their own.
        level.masked && options?.mask
          ? stored.readTile(level, column, row, options)
          : this.#read({ image, stored, place: { column, row } }, level, options),
    };
  }

  async #read(asked: Asked, level: Level, options: TileReadOptions = {}): Promise<EncodedTile | undefined> {
    const kept = this.#kept.get(this.#keyOf(asked, level));
    if (kept) return kept;
    const block = options.among && this.#missingBlock(asked, level, options.among);
    if (block) return this.#readInBlock(asked, level, block, options);
    const levels = withHalves(asked.image.levels, level);
    const { result } = await this.#decoding.join(this.#keyOf(asked, levels[0] ?? level).name, options, (work) =>
      this.#make(asked, levels, { ...work, timing: options.timing }),
    );
    return result[levels.indexOf(level)];
  }

  /** What a tile is decoded with: none where that takes no less time, or a tile of it is there already. */
  #missingBlock({ image, stored, place }: Asked, level: Level, among: TileBlock): TileBlock | undefined {
    const block = image.readBlock && blockAround(place, level, among);
    const isKept = (each: TileRef) => this.#kept.get(this.#keyOf({ image, stored, place: each }, level)) !== undefined;
    return block && !placesOf(block).some(isKept) ? block : undefined;
  }

  async #readInBlock(
    asked: Asked,
    level: Level,
    block: TileBlock,
    options: ReadOptions,
  ): Promise<EncodedTile | undefined> {
    const { column, row, columns, rows } = block;
    const key = `${this.#keyOf({ ...asked, place: block }, level).name}+${columns},${rows}`;
    const { result } = await this.#decoding.join(key, options, (work) =>
      this.#makeBlock(asked, level, block, { ...work, timing: options.timing }),
    );
    return result[(asked.place.row - row) * columns + asked.place.column - column];
  }

  async #makeBlock(
    { image, stored }: Asked,
    level: Level,
    block: TileBlock,
    options: ReadOptions,
  ): Promise<EncodedTile[]> {
    const { columns, rows } = block;
    const wide = { ...level, tileWidth: columns * level.tileWidth, tileHeight: rows * level.tileHeight };
    const readTile: TileReader['readTile'] = async (_level, _column, _row, reading) =>
      image.readBlock?.(level, block, reading);
    const [whole] = await this.#decoded(
      image,
      { readTile },
      { plan: { level: wide, tiles: [block] }, halvings: 0 },
      options,
    );
    const tiles = whole ? cutBlock(whole, level, block) : [];
    for (const [index, place] of placesOf(block).entries()) {
      const tile = tiles[index];
      if (tile) this.#kept.set(this.#keyOf({ image, stored, place }, level), tile);
    }
    return tiles;
  }

  /** The tile of the first level, and its halves; none where the file leaves it out. */
  async #make(asked: Asked, levels: readonly Level[], options: ReadOptions): Promise<readonly EncodedTile[]> {
    const { image, stored, place } = asked;
    const { timing = new Timing(), signal } = options;
    const [base, ...halves] = levels;
    if (!base) return [];
    const kept = this.#kept.get(this.#keyOf(asked, base));
    const plan = { level: base, tiles: [place] };
    const made = kept ? [kept] : await this.#decoded(image, stored, { plan, halvings: halves.length }, options);
    if (made.length === 0) return [];
    for (const [index, level] of levels.entries()) {
      const larger = made[index - 1];
      if (larger && !made[index]) {
        signal?.throwIfAborted();
        made.push(await timing.measure('render', () => halved(larger, image.colour, this.#uncompressing)));
      }
      const tile = made[index];
      if (tile) this.#kept.set(this.#keyOf(asked, level), tile);
    }
    return made;
  }

  /** A tile without compression, and its halves where another thread made them; none where the file leaves it out. */
  async #decoded(
    image: TiledImage,
    reader: TileReader,
    wanted: Omit<DecodeJob, 'colour'>,
    options: ReadOptions,
  ): Promise<EncodedTile[]> {
    const { timing = new Timing(), signal } = options;
    const { level, tiles } = wanted.plan;
    const [{ column, row } = { column: 0, row: 0 }] = tiles;
    const stored = keepingTiles({ ...image, readTile: reader.readTile });
    const job = { ...wanted, colour: image.colour };
    const made = await this.#elsewhere(image, stored, job, { ...options, timing });
    if (made.length > 0) return made;
    const encoded = await stored.readTile(level, column, row, options);
    if (!encoded) return [];
    signal?.throwIfAborted();
    return [await timing.measure('decode', () => uncompressed(encoded, image.colour, this.#uncompressing, signal))];
  }

  /** Decoded on another thread; nothing where none is to be had, or it isn't worth while. */
  async #elsewhere(image: TiledImage, stored: TileReader, job: DecodeJob, options: JobOptions): Promise<EncodedTile[]> {
    if (!this.#pool || !isWorthDecodingElsewhere(image, job)) return [];
    const pixels = await this.#pool.render(job, stored, options);
    if (!pixels) return [];
    // It was read for the thread, and not forgotten.
    const [{ column, row } = { column: 0, row: 0 }] = job.plan.tiles;
    const encoded = await stored.readTile(job.plan.level, column, row, options);
    if (!encoded) return [];
    options.timing.mark('thread');
    return tilesOfPixels(pixels, job, encoded);
  }

  #keyOf({ image, place }: Asked, { index }: Pick<Level, 'index'>): TileKey {
    const name = this.#names.get(image) ?? ++this.#lastName;
    this.#names.set(image, name);
    return { name: `${name}/${index}/${place.column},${place.row}`, isPart: image.readBlock !== undefined };
  }
}

/** The stored level that a level is made from, and all that are made from it by halving; the level itself among them. */
function withHalves(levels: readonly Level[], level: Level): readonly Level[] {
  if (!levels.includes(level)) return [level];
  const isStored = ({ tileFormat }: Level) => tileFormat !== 'picture';
  const first = levels.findLastIndex((each) => each.index <= level.index && isStored(each));
  const next = levels.findIndex((each, index) => index > first && isStored(each));
  return levels.slice(Math.max(0, first), next < 0 ? levels.length : next);
}
