import type { EncodedTile, Level } from '../image/image.ts';
import { untilAborted } from '../source/abort.ts';
import type { ReadOptions } from '../source/source.ts';
import type { TileReader } from './job.ts';
import type { TileRef } from './plan.ts';

/** A tile that was read elsewhere; undefined where the file leaves it out. */
export interface ArrivedTile {
  readonly place: TileRef;
  readonly tile: EncodedTile | undefined;
}

interface Arrival {
  readonly tile: Promise<EncodedTile | undefined>;
  readonly arrive: (tile: EncodedTile | undefined) => void;
}

/** The tiles of one job, which another thread reads: each can be waited for before it has arrived. */
export class ArrivingTiles implements TileReader {
  readonly #arrivals = new Map<string, Arrival>();

  arrive({ place, tile }: ArrivedTile): void {
    this.#at(place).arrive(tile);
  }

  /** Each tile once: what was handed over isn't kept. */
  readonly readTile = async (_level: Level, column: number, row: number, { signal }: ReadOptions = {}) => {
    const place = { column, row };
    const tile = await untilAborted(this.#at(place).tile, signal);
    this.#arrivals.delete(keyOf(place));
    return tile;
  };

  #at(place: TileRef): Arrival {
    const known = this.#arrivals.get(keyOf(place));
    if (known) return known;
    let arrive: Arrival['arrive'] = () => undefined;
    const tile = new Promise<EncodedTile | undefined>((resolve) => {
      arrive = resolve;
    });
    const arrival = { tile, arrive };
    this.#arrivals.set(keyOf(place), arrival);
    return arrival;
  }
}

function keyOf({ column, row }: TileRef): string {
  return `${column},${row}`;
}
