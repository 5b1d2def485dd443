import type { ByteRange } from '../source/source.ts';
import type { Level } from './image.ts';

/** What tells how many tiles a level has. */
type Grid = Pick<Level, 'width' | 'height' | 'tileWidth' | 'tileHeight'>;

/** A tile, by its place in the grid of a level. */
export interface GridTile {
  /** Index of the level. */
  readonly level: number;
  readonly column: number;
  readonly row: number;
}

/**
 * Tiles asked for and not yet read beyond which a viewer is taken to ask for a whole view at once: what it wants is then
 * known, and neighbours of it are beside the view. OpenSeadragon has up to six under way.
 */
export const CROWD = 6;
/** Tiles read ahead to either side, at first, and at most. In recorded sessions a third one was wrong too often. */
export const FIRST_REACH = 1;
export const MAX_REACH = 2;
/** Tiles read ahead of a reader that takes one after the other. */
export const MAX_STRIDE = 8;
/**
 * Bytes read ahead that lie before the tile that was asked for, and so delay it: 26 ms on a line of 20 Mbit/s, less than
 * the round trip that is saved.
 */
export const LEAD_LENGTH = 64 * 1024;
/** Bytes read ahead that lie behind it. */
export const AHEAD_LENGTH = 256 * 1024;
/** Tiles asked for after a guess until it can be judged: about those of one view. */
const VIEW = 16;
/** Guesses that went before, of which the next one keeps to the most cautious. */
const JUDGED_GUESSES = 2;
/** Guesses remembered: those of a view that can't be judged yet, and some before. */
const REMEMBERED_GUESSES = 32;
/** Tiles remembered, a few megabytes. Those forgotten may be read twice. */
const REMEMBERED_TILES = 50_000;

/** Where the tile of a column lies, if that is known without a read. */
export type Locate = (column: number) => ByteRange | undefined;

/** A place at which a viewer began with a row. */
interface Guess extends GridTile {
  readonly asked: number;
}

/**
 * Guesses which tiles a viewer wants next of the row in which it has just asked for one. Viewers begin a view in its
 * middle: where neither neighbour in the row has been asked for, both will be; beside one that has been, the view more
 * often ends. How far a view goes to both sides is learned from the guesses before. Whoever takes tiles one after the
 * other gets ever more of them, as from the read-ahead of an operating system. In recorded sessions of OpenSeadragon this
 * takes 0.4 to 0.6 requests a tile, and reads up to 4 % more bytes than are shown, 12 % in a window of 390 pixels.
 */
export class ReadAhead {
  readonly #columns: readonly number[];
  /** When a tile was asked for, by its key; 0 where it was read ahead. */
  readonly #known = new Map<number, number>();
  readonly #firstKeys: readonly number[];
  #asked = 0;
  #waiting = 0;
  /** Tiles asked for, of each answer. */
  readonly #parts = new WeakMap<object, number>();
  #last: GridTile | undefined;
  #stride = 0;
  /** Tiles in a row that were asked for with the same stride. */
  #strides = 0;
  #guesses: readonly Guess[] = [];

  constructor(levels: readonly Grid[]) {
    this.#columns = levels.map(({ width, tileWidth }) => Math.ceil(width / tileWidth));
    let next = 0;
    this.#firstKeys = levels.map(({ height, tileHeight }, index) => {
      const first = next;
      next += Math.ceil(height / tileHeight) * (this.#columns[index] ?? 0);
      return first;
    });
  }

  /**
   * Has a tile read by `read`, which is given the ranges of the tiles that are likely to be asked for next. `answer`:
   * what it is read for. Several tiles of the same answer are parts of a picture that needs nothing beside it.
   */
  async during<T>(
    tile: GridTile,
    locate: Locate,
    read: (ahead: readonly ByteRange[]) => Promise<T>,
    answer: object = {},
  ): Promise<T> {
    this.#waiting += 1;
    this.#parts.set(answer, (this.#parts.get(answer) ?? 0) + 1);
    try {
      await Promise.resolve();
      const together = (this.#parts.get(answer) ?? 0) > 1;
      const columns = this.next(tile, locate, { waiting: this.#waiting, together });
      return await read(columns.flatMap((column) => locate(column) ?? []));
    } finally {
      this.#waiting -= 1;
    }
  }

  /**
   * Columns of tiles in the row of this one that are likely to be asked for after it, and near enough in the file.
   * `waiting`: tiles being read, with this one; `together`: others are read for the same answer.
   */
  next(
    tile: GridTile,
    locate: Locate,
    { waiting, together }: { readonly waiting: number; readonly together: boolean },
  ): number[] {
    this.#asked += 1;
    this.#follow(tile);
    const known = this.#isKnown(tile, tile.column);
    this.#remember(tile, tile.column, this.#asked);
    if (known || together || waiting > CROWD) return [];
    const onward = this.#strides > 1 && waiting === 1;
    const columns = onward
      ? this.#beside(tile, locate, this.#stride, Math.min(this.#strides, MAX_STRIDE))
      : this.#around(tile, locate);
    for (const column of columns) this.#remember(tile, column, 0);
    return columns;
  }

  #around(tile: GridTile, locate: Locate): number[] {
    if (this.#isKnown(tile, tile.column - 1) || this.#isKnown(tile, tile.column + 1)) return [];
    const reach = this.#reach();
    this.#guesses = [...this.#guesses, { ...tile, asked: this.#asked }].slice(-REMEMBERED_GUESSES);
    return [...this.#beside(tile, locate, 1, reach), ...this.#beside(tile, locate, -1, reach)];
  }

  /** Columns from a tile on to the first one that is known, is far away, or is no more in the grid; `count` at most. */
  #beside(tile: GridTile, locate: Locate, step: number, count: number): number[] {
    const columns: number[] = [];
    const own = locate(tile.column);
    for (let column = tile.column + step; own && columns.length < count; column += step) {
      if (!this.#isInGrid(tile, column) || this.#isKnown(tile, column)) break;
      const range = locate(column);
      if (!range || !isNear(own, range)) break;
      columns.push(column);
    }
    return columns;
  }

  /** Whether the tiles come one after the other, in either direction. */
  #follow(tile: GridTile): void {
    const { level, column, row } = this.#last ?? { level: -1, column: 0, row: 0 };
    const stride = tile.level === level && tile.row === row ? tile.column - column : 0;
    const isStride = Math.abs(stride) === 1;
    this.#strides = isStride ? (stride === this.#stride ? this.#strides : 0) + 1 : 0;
    this.#stride = stride;
    this.#last = tile;
  }

  /** How far to both sides of the latest guesses tiles have been asked for since. */
  #reach(): number {
    const reaches: number[] = [];
    for (const guess of this.#guesses.toReversed()) {
      if (guess.asked > this.#asked - VIEW) continue;
      const reach = Math.min(this.#reachOf(guess, 1), this.#reachOf(guess, -1));
      if (reach < Number.POSITIVE_INFINITY) reaches.push(reach);
      if (reaches.length === JUDGED_GUESSES) return Math.min(...reaches);
    }
    return Math.min(FIRST_REACH, ...reaches);
  }

  #reachOf(guess: Guess, step: number): number {
    for (let reach = 0; reach < MAX_REACH; reach++) {
      const column = guess.column + step * (reach + 1);
      // The image ends: the view may well go on.
      if (!this.#isInGrid(guess, column)) return Number.POSITIVE_INFINITY;
      if ((this.#known.get(this.#key(guess, column)) ?? 0) < guess.asked) return reach;
    }
    return MAX_REACH;
  }

  #isInGrid({ level }: GridTile, column: number): boolean {
    return column >= 0 && column < (this.#columns[level] ?? 0);
  }

  #isKnown(tile: GridTile, column: number): boolean {
    return this.#isInGrid(tile, column) && this.#known.has(this.#key(tile, column));
  }

  #remember(tile: GridTile, column: number, asked: number): void {
    if (this.#known.size >= REMEMBERED_TILES) this.#known.clear();
    this.#known.set(this.#key(tile, column), asked);
  }

  #key({ level, row }: GridTile, column: number): number {
    return (this.#firstKeys[level] ?? 0) + row * (this.#columns[level] ?? 0) + column;
  }
}

function isNear(own: ByteRange, other: ByteRange): boolean {
  const lead = own.offset - other.offset;
  const behind = other.offset + other.length - own.offset - own.length;
  return lead <= LEAD_LENGTH && behind <= AHEAD_LENGTH;
}
