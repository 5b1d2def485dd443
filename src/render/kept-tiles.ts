import type { EncodedTile } from '../image/image.ts';
import { ByteLru } from './byte-lru.ts';

/**
 * Bytes kept of images that are decoded in parts: as many tiles of 512² in RGB as one answer takes at once, ten views of
 * them. Any of them is made again in 0.1 s, and who pans on doesn't come back: more would only fill a phone's memory.
 */
export const DECODED_PARTS_BYTES = 48 * 2 ** 20;

/** Which tile it is. */
export interface TileKey {
  readonly name: string;
  /** Of an image that is decoded in parts: without it, only a part is missing. */
  readonly isPart: boolean;
}

/** Decoded tiles within a budget, of which parts have a share of their own; those that were used longest ago go first. */
export class KeptTiles {
  readonly #budget: number;
  readonly #pictures: ByteLru<EncodedTile>;
  readonly #parts: ByteLru<EncodedTile>;

  /** `budget` in bytes. */
  constructor(budget: number) {
    this.#budget = budget;
    this.#pictures = new ByteLru(budget);
    this.#parts = new ByteLru(Math.min(budget, DECODED_PARTS_BYTES));
  }

  /** Bytes of all that is kept. */
  get bytes(): number {
    return this.#pictures.bytes + this.#parts.bytes;
  }

  get(key: TileKey): EncodedTile | undefined {
    return this.#of(key).get(key.name);
  }

  /** Keeps a tile, unless it alone is larger than its share. */
  set(key: TileKey, tile: EncodedTile): void {
    const own = this.#of(key);
    own.set(key.name, tile, bytesOf(tile));
    const other = own === this.#parts ? this.#pictures : this.#parts;
    other.shrinkTo(this.#budget - own.bytes);
  }

  /** Drops parts, then pictures, until no more than so many bytes are kept. */
  shrinkTo(bytes: number): void {
    this.#parts.shrinkTo(bytes - this.#pictures.bytes);
    this.#pictures.shrinkTo(bytes - this.#parts.bytes);
  }

  #of({ isPart }: TileKey): ByteLru<EncodedTile> {
    return isPart ? this.#parts : this.#pictures;
  }
}

/** Planes may be parts of larger buffers, which stay with them. */
function bytesOf({ planes, mask }: EncodedTile): number {
  return planes.reduce((bytes, plane) => bytes + plane.buffer.byteLength, mask ? bytesOf(mask) : 0);
}
