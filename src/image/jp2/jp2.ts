import type { ReadOptions } from '../../source/source.ts';
import type { EncodedTile, Level, TileBlock, TiledImage } from '../image.ts';
import type { ReadBytes } from '../readers.ts';
import { type Area, reducedArea } from './codestream.ts';
import { type HeldBudget, HeldBytes } from './held-bytes.ts';
import { jp2Levels } from './levels.ts';
import type { Jp2Structure } from './structure.ts';
import { type KnownPackets, TileIndex } from './tile-index.ts';
import { type KnownParts, TileParts } from './tile-parts.ts';
import { readUnit, type Unit, type UnitReader, unitRanges } from './unit.ts';

/** Packets of all tiles whose place is known: 12 bytes each in memory. */
const MAX_KNOWN_PACKETS = 2 ** 21;

/** Packets that go into the structure, 4 bytes each; those of more tiles are looked for again another time. */
const MAX_KEPT_PACKETS = 2 ** 19;

/** A tile takes as much as so many packets, beside its own: 8000 tiles are kept at most, and copied whenever one is learned. */
const TILE_PACKETS = 64;

/** All that are there: those that a draft does without aren't. */
const ALL_LAYERS = 0;

export interface Jp2Options {
  /** Told the structure whenever more is known of it than before, so that it can be kept. */
  readonly learned?: ((structure: Jp2Structure) => void) | undefined;
  /** Of the bytes of packets that are kept; by default all images share one. */
  readonly budget?: HeldBudget | undefined;
}

/**
 * The image of a structure that was read before, now or in an earlier life of the worker. Reads nothing by itself. Its
 * tiles are aligned units, for each of which just the packets are read that it needs.
 */
export function jp2Image(structure: Jp2Structure, read: ReadBytes, { learned, budget }: Jp2Options = {}): TiledImage {
  const { width, height, colour, resolution, codestream, meaning, size, start } = structure;
  const levels = jp2Levels(codestream);
  const drafts = levels.map((level) => ({ ...level, index: levels.length + level.index }));
  const held = new HeldBytes(read, size, budget);
  if (start) held.hold(start.offset, start.bytes);
  const parts = new TileParts(structure.parts, structure.extent, held);
  const indexes = new TileIndexes(structure, parts, held);
  const reader: UnitReader = { codestream, parts, held, indexOf: (tile) => indexes.of(tile) };
  const { profile, ...encoding } = meaning;

  /** Halvings of a level, or of its draft. */
  const reduceOf = ({ index }: Level) => index % levels.length;

  /** Where a block lies on the grid of its level. */
  function areaOf(index: number, { column, row, columns, rows }: TileBlock): Area {
    const level = levels[index];
    if (!level) throw new RangeError(`level ${index} of ${levels.length}`);
    const whole = reducedArea(codestream, index);
    const [x0, y0] = [whole.x0 + column * level.tileWidth, whole.y0 + row * level.tileHeight];
    if (column < 0 || row < 0 || x0 >= whole.x1 || y0 >= whole.y1) throw new RangeError(`tile ${column},${row}`);
    const [x1, y1] = [x0 + columns * level.tileWidth, y0 + rows * level.tileHeight];
    return { x0, y0, x1: Math.min(x1, whole.x1), y1: Math.min(y1, whole.y1) };
  }

  async function readBlock(level: Level, block: TileBlock, options: ReadOptions = {}): Promise<EncodedTile> {
    const reduce = reduceOf(level);
    const isDraft = level.index >= levels.length;
    const unit = await readUnit({ ...reader, isDraft }, areaOf(reduce, block), reduce, options);
    const grown = learned && indexes.grown(unit.tiles);
    if (grown) learned({ ...structure, ...grown, start: undefined });
    return {
      planes: unit.planes,
      encoding: { kind: 'jpeg2000', parts: unit.parts, reduce: 0, layers: ALL_LAYERS, ...encoding },
      width: block.columns * level.tileWidth,
      height: block.rows * level.tileHeight,
    };
  }

  return {
    width,
    height,
    orientation: 1,
    levels,
    drafts: codestream.layers > 1 ? drafts : undefined,
    colour,
    masked: false,
    tileFormat: 'jpeg2000',
    keepDecoded: true,
    resolution,
    readTile: (level, column, row, options) => readBlock(level, { column, row, columns: 1, rows: 1 }, options),
    readBlock,
    readTileRanges: async (level, column, row, options = {}) =>
      unitRanges(reader, areaOf(level.index, { column, row, columns: 1, rows: 1 }), level.index, options),
    async readProfile() {
      return profile;
    },
  };
}

/** The indexes of the tiles that were looked at, and what of them is in the structure. */
class TileIndexes {
  readonly #structure: Jp2Structure;
  readonly #parts: TileParts;
  readonly #held: HeldBytes;
  /** In the order of their last use. */
  readonly #indexes = new Map<number, TileIndex>();
  #packets = 0;
  #known: ReadonlyMap<number, KnownPackets>;
  #keptPackets = 0;
  #knownParts: KnownParts;

  constructor(structure: Jp2Structure, parts: TileParts, held: HeldBytes) {
    this.#structure = structure;
    this.#parts = parts;
    this.#held = held;
    this.#known = structure.packets;
    this.#knownParts = structure.parts;
  }

  of(tile: number): TileIndex {
    const known = this.#indexes.get(tile);
    const index =
      known ?? new TileIndex(this.#structure.codestream, tile, this.#parts, this.#held, this.#known.get(tile));
    if (!known) this.#packets += index.packets.count;
    this.#indexes.delete(tile);
    this.#indexes.set(tile, index);
    for (const [other, { packets }] of this.#indexes) {
      if (this.#packets <= MAX_KNOWN_PACKETS || other === tile) break;
      this.#indexes.delete(other);
      this.#packets -= packets.count;
    }
    return index;
  }

  /** What is known by now, where it is more than before; `tiles` are those that may have become better known. */
  grown(tiles: Unit['tiles']): Pick<Jp2Structure, 'parts' | 'packets'> | undefined {
    const better = tiles.flatMap(({ tile, index }) => {
      const { known } = index;
      const before = this.#known.get(tile);
      return !before || known.placed > before.placed || known.ended !== before.ended ? [[tile, known] as const] : [];
    });
    if (better.length === 0 || this.#keptPackets > MAX_KEPT_PACKETS) return undefined;
    for (const [tile, { placed }] of better) {
      const before = this.#known.get(tile)?.placed ?? -TILE_PACKETS;
      this.#keptPackets += placed - before;
    }
    this.#known = new Map([...this.#known, ...better]);
    if (this.#parts.count !== this.#knownParts.tiles.length) this.#knownParts = this.#parts.known;
    return { parts: this.#knownParts, packets: this.#known };
  }
}
