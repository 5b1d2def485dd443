import type { ReadOptions } from '../../source/source.ts';
import { damaged } from '../header-windows.ts';
import type { HeldBytes } from './held-bytes.ts';
import { Marker, type Segment, viewOf } from './markers.ts';

/** Tile-parts of a file: 4 for each tile of the largest grid. They take 18 bytes each in the index. */
export const MAX_TILE_PARTS = 2 ** 18;

/** SOT (section A.4.2), and the marker SOD behind it at least. */
const SOT_LENGTH = 12;
const LEAST_LENGTH = 14;

/**
 * Bytes read at a tile-part of many tiles to learn where the next one is: with the smallest resolutions. Where parts are
 * shorter than `SHORT_PART`, hopping costs more than reading on.
 */
const PEEK = 4096;
const SHORT_PART = 32_768;
const STREAM_LENGTH = 512 * 1024;

/** A tile-part, its header included. */
export interface TilePart {
  readonly tile: number;
  /** In the object. */
  readonly offset: number;
  readonly length: number;
}

/** The tile-parts that are known, in the order of the codestream. Plain data. */
export interface KnownParts {
  readonly tiles: Uint16Array;
  readonly offsets: Float64Array;
  readonly lengths: Float64Array;
  /** There are no others. */
  readonly complete: boolean;
}

export const NO_PARTS: KnownParts = {
  tiles: new Uint16Array(0),
  offsets: new Float64Array(0),
  lengths: new Float64Array(0),
  complete: false,
};

/** Where the tile-parts are. */
export interface PartsExtent {
  /** Of the first one. */
  readonly offset: number;
  /** Of the codestream; infinite where neither the file nor the source tells it. */
  readonly end: number;
  readonly tiles: number;
}

/**
 * The tile-parts that TLM segments list (table A.33).
 * @throws {ImageServerError} 502 where they lead past the end.
 */
export function listedParts(segments: readonly Segment[], { offset, end, tiles }: PartsExtent): KnownParts {
  if (segments.length === 0) return NO_PARTS;
  const parts: TilePart[] = [];
  let next = offset;
  for (const { bytes } of segments) {
    const view = viewOf(bytes);
    if (bytes.length < 6) throw damaged('its marker TLM is too short');
    const tileLength = (view.getUint8(5) >> 4) & 3;
    const partLength = (view.getUint8(5) & 0x40) === 0 ? 2 : 4;
    for (let at = 6; at + tileLength + partLength <= bytes.length; at += tileLength + partLength) {
      const named = tileLength === 2 ? view.getUint16(at) : tileLength === 1 ? view.getUint8(at) : parts.length;
      const length = partLength === 4 ? view.getUint32(at + tileLength) : view.getUint16(at + tileLength);
      parts.push(checked({ tile: named, offset: next, length }, tiles, parts.length));
      next += length;
    }
  }
  if (next > end) return truncated(parts, end);
  return knownParts(parts, true);
}

/** Of an object that ends too early, what is there can still be shown. */
function truncated(parts: readonly TilePart[], end: number): KnownParts {
  const within = parts.filter(({ offset }) => offset + LEAST_LENGTH < end);
  const clamped = within.map((part) => ({ ...part, length: Math.min(part.length, end - part.offset) }));
  return knownParts(clamped, true);
}

function knownParts(parts: readonly TilePart[], complete: boolean): KnownParts {
  return {
    tiles: Uint16Array.from(parts, ({ tile }) => tile),
    offsets: Float64Array.from(parts, ({ offset }) => offset),
    lengths: Float64Array.from(parts, ({ length }) => length),
    complete,
  };
}

function checked(part: TilePart, tiles: number, before: number): TilePart {
  if (part.tile >= tiles) throw damaged(`it has a part of tile ${part.tile}, but ${tiles} tiles`);
  if (part.length < LEAST_LENGTH) throw damaged(`a tile-part at byte ${part.offset} claims ${part.length} bytes`);
  if (before >= MAX_TILE_PARTS) throw damaged(`it has more than ${MAX_TILE_PARTS} tile-parts`);
  return part;
}

/** The map of the tile-parts, which grows by short reads where the main header doesn't hold it. */
export class TileParts {
  readonly #extent: PartsExtent;
  readonly #held: HeldBytes;
  readonly #parts: TilePart[] = [];
  readonly #ofTile = new Map<number, TilePart[]>();
  #complete: boolean;
  #growing: Promise<void> | undefined;

  constructor(known: KnownParts, extent: PartsExtent, held: HeldBytes) {
    this.#extent = extent;
    this.#held = held;
    this.#complete = known.complete;
    for (const [index, tile] of known.tiles.entries()) {
      this.#add({ tile, offset: known.offsets[index] ?? 0, length: known.lengths[index] ?? 0 });
    }
  }

  get known(): KnownParts {
    return knownParts(this.#parts, this.#complete);
  }

  /** Number of those that are known. */
  get count(): number {
    return this.#parts.length;
  }

  /** A tile's part by its number, if it is known. */
  atHand(tile: number, number: number): TilePart | undefined {
    return this.#ofTile.get(tile)?.[number];
  }

  /**
   * A tile's part; undefined where it has no more. Reads where it isn't known, one part after the other: of a single
   * tile `headerLength` bytes of each, so that its header needn't be read again.
   * @throws {ImageServerError} 502 where the file is damaged.
   */
  async part(tile: number, number: number, headerLength: number, options: ReadOptions): Promise<TilePart | undefined> {
    for (;;) {
      const part = this.atHand(tile, number);
      if (part || this.#complete) return part;
      options.signal?.throwIfAborted();
      // Others may be waiting for the same: it is read whoever goes away.
      this.#growing ??= this.#grow(headerLength, { timing: options.timing }).finally(() => {
        this.#growing = undefined;
      });
      await this.#growing;
    }
  }

  async #grow(headerLength: number, options: ReadOptions): Promise<void> {
    const { offset: first, end, tiles } = this.#extent;
    const last = this.#parts.at(-1);
    const offset = last ? last.offset + last.length : first;
    const head = offset + LEAST_LENGTH <= end ? await this.#readHead(offset, headerLength, options) : new Uint8Array(0);
    const view = viewOf(head);
    if (head.length < SOT_LENGTH || view.getUint16(0) !== Marker.SOT) {
      this.#complete = true;
      return;
    }
    // 0 for a last part that goes on to the end, of which EOC are two bytes.
    const told = view.getUint32(6) || end - offset - 2;
    const part = checked({ tile: view.getUint16(4), offset, length: told }, tiles, this.#parts.length);
    this.#add({ ...part, length: Math.min(told, end - offset) });
  }

  async #readHead(offset: number, headerLength: number, options: ReadOptions): Promise<Uint8Array> {
    const held = this.#held.from(offset);
    if (held && held.length >= SOT_LENGTH) return held;
    const [bytes = new Uint8Array(0)] = await this.#held.readAll(
      [{ offset, length: this.#peek(headerLength) }],
      options,
    );
    return bytes;
  }

  #peek(headerLength: number): number {
    const { offset, end, tiles } = this.#extent;
    if (tiles === 1) return headerLength;
    return (end - offset) / tiles < SHORT_PART ? STREAM_LENGTH : PEEK;
  }

  #add(part: TilePart): void {
    this.#parts.push(part);
    const parts = this.#ofTile.get(part.tile) ?? [];
    parts.push(part);
    this.#ofTile.set(part.tile, parts);
  }
}
