/** A small TIFF writer, so that each odd file of a test is a few lines. */

/** Numbers with a field type, or raw bytes (type 7, UNDEFINED). */
export type TagValue = Uint8Array | { readonly type: number; readonly values: readonly number[] };

export interface TestDirectory {
  /** Tags by number; `TileOffsets` and `TileByteCounts` are made from `tiles` unless given here. */
  readonly tags: ReadonlyMap<number, TagValue>;
  /** In the order of the file; undefined leaves a tile out (offset 0, count 0). */
  readonly tiles?: readonly (Uint8Array | undefined)[];
  readonly subIfds?: readonly TestDirectory[];
  /** Rewrites the position of the next directory. */
  readonly next?: (positions: readonly number[]) => number;
}

export interface TiffOptions {
  readonly big?: boolean;
  readonly littleEndian?: boolean;
  /** `cog`: all directories at the front; `spread`: each after its tiles, as libvips writes them. */
  readonly order?: 'cog' | 'spread';
}

const LENGTHS: Readonly<Record<number, number>> = { 1: 1, 3: 2, 4: 4, 5: 8, 7: 1, 11: 4, 13: 4, 16: 8 };
const [RATIONAL, FLOAT] = [5, 11];
const TILE_OFFSETS = 324;
const TILE_BYTE_COUNTS = 325;
const SUB_IFDS = 330;

export const short = (...values: readonly number[]): TagValue => ({ type: 3, values });
export const long = (...values: readonly number[]): TagValue => ({ type: 4, values });
export const long8 = (...values: readonly number[]): TagValue => ({ type: 16, values });

/** Tags of a tiled 8-bit RGB image without compression; `more` adds to them or replaces them. */
export function tiledTags(
  width: number,
  height: number,
  tile: number,
  more: Readonly<Record<number, TagValue | undefined>> = {},
): ReadonlyMap<number, TagValue> {
  const tags = new Map<number, TagValue>([
    [256, long(width)],
    [257, long(height)],
    [258, short(8, 8, 8)],
    [259, short(1)],
    [262, short(2)],
    [277, short(3)],
    [322, long(tile)],
    [323, long(tile)],
  ]);
  for (const [tag, value] of Object.entries(more)) {
    if (value) tags.set(Number(tag), value);
    else tags.delete(Number(tag));
  }
  return tags;
}

/** A directory whose tiles are a few bytes each, that tell their place. */
export function tiled(
  width: number,
  height: number,
  tile: number,
  more: Readonly<Record<number, TagValue | undefined>> = {},
  rest: Omit<TestDirectory, 'tags' | 'tiles'> = {},
): TestDirectory {
  const count = Math.ceil(width / tile) * Math.ceil(height / tile);
  const tiles = Array.from({ length: count }, (_, index) => Uint8Array.of(index >> 8, index, 0xaa, 0x55));
  return { tags: tiledTags(width, height, tile, more), tiles, ...rest };
}

/** Where something of the file will stand. */
interface Placed {
  readonly directory: TestDirectory;
  tableAt: number;
  offsets: number[];
  readonly children: readonly Placed[];
}

export function writeTiff(chain: readonly TestDirectory[], options: TiffOptions = {}): Uint8Array<ArrayBuffer> {
  const { big = false, littleEndian = true, order = 'cog' } = options;
  const headerLength = big ? 16 : 8;
  const place = (directory: TestDirectory): Placed => {
    return { directory, tableAt: 0, offsets: [], children: (directory.subIfds ?? []).map(place) };
  };
  const placed = chain.map(place);
  const all = placed.flatMap((each) => [each, ...each.children]);

  let end = headerLength;
  const placeTable = (each: Placed) => {
    each.tableAt = end;
    end += tableLength(each, big);
  };
  const placeTiles = (each: Placed) => {
    each.offsets = (each.directory.tiles ?? []).map((tile) => {
      const at = end;
      end += tile?.length ?? 0;
      return tile ? at : 0;
    });
  };
  if (order === 'cog') {
    all.forEach(placeTable);
    all.forEach(placeTiles);
  } else {
    for (const each of all) {
      placeTiles(each);
      placeTable(each);
    }
  }

  const bytes = new Uint8Array(end);
  const view = new DataView(bytes.buffer);
  const put = (at: number, type: number, value: number) => {
    if (type === FLOAT) view.setFloat32(at, value, littleEndian);
    else if (type === RATIONAL) putFraction(at, value);
    else if (LENGTHS[type] === 8) view.setBigUint64(at, BigInt(value), littleEndian);
    else if (LENGTHS[type] === 4) view.setUint32(at, value, littleEndian);
    else if (LENGTHS[type] === 2) view.setUint16(at, value, littleEndian);
    else view.setUint8(at, value);
  };
  const putFraction = (at: number, value: number) => {
    const denominator = Number.isFinite(value) ? 1000 : 0;
    view.setUint32(at, denominator ? Math.round(value * denominator) : Number(value > 0), littleEndian);
    view.setUint32(at + 4, denominator, littleEndian);
  };
  const pointer = big ? 16 : 4;
  bytes.fill(littleEndian ? 0x49 : 0x4d, 0, 2);
  put(2, 3, big ? 43 : 42);
  if (big) put(4, 3, 8);
  put(big ? 8 : 4, pointer, placed[0]?.tableAt ?? 0);

  const writeTable = (each: Placed, next: number) => {
    const tags = [...tagsOf(each, big)].sort(([a], [b]) => a - b);
    put(each.tableAt, big ? 16 : 3, tags.length);
    let at = each.tableAt + (big ? 8 : 2);
    let valuesAt = at + tags.length * (big ? 20 : 12) + (big ? 8 : 4);
    for (const [tag, value] of tags) {
      const { type, values } = normalised(value);
      const length = (LENGTHS[type] ?? 1) * values.length;
      put(at, 3, tag);
      put(at + 2, 3, type);
      put(at + 4, pointer, values.length);
      const inline = length <= (big ? 8 : 4);
      if (!inline) put(at + (big ? 12 : 8), pointer, valuesAt);
      const start = inline ? at + (big ? 12 : 8) : valuesAt;
      values.forEach((each, index) => {
        put(start + index * (LENGTHS[type] ?? 1), type, each);
      });
      if (!inline) valuesAt += length;
      at += big ? 20 : 12;
    }
    put(at, pointer, next);
    each.offsets.forEach((offset, index) => {
      const tile = each.directory.tiles?.[index];
      if (tile) bytes.set(tile, offset);
    });
  };
  const positions = placed.map(({ tableAt }) => tableAt);
  placed.forEach((each, index) => {
    writeTable(each, each.directory.next?.(positions) ?? positions[index + 1] ?? 0);
    for (const child of each.children) writeTable(child, 0);
  });
  return bytes;
}

function tagsOf({ directory, offsets, children }: Placed, big: boolean): ReadonlyMap<number, TagValue> {
  const made = new Map<number, TagValue>();
  if (directory.tiles) {
    made.set(TILE_OFFSETS, { type: big ? 16 : 4, values: offsets });
    made.set(TILE_BYTE_COUNTS, { type: 4, values: directory.tiles.map((tile) => tile?.length ?? 0) });
  }
  if (children.length > 0) made.set(SUB_IFDS, { type: big ? 16 : 13, values: children.map(({ tableAt }) => tableAt) });
  return new Map([...made, ...directory.tags]);
}

function tableLength(placed: Placed, big: boolean): number {
  // The number of offsets is known before their values are.
  const counted = { ...placed, offsets: (placed.directory.tiles ?? []).map(() => 0) };
  let length = big ? 16 : 6;
  for (const value of tagsOf(counted, big).values()) {
    const { type, values } = normalised(value);
    const bytes = (LENGTHS[type] ?? 1) * values.length;
    length += (big ? 20 : 12) + (bytes <= (big ? 8 : 4) ? 0 : bytes);
  }
  return length;
}

const normalised = (value: TagValue) => (value instanceof Uint8Array ? { type: 7, values: [...value] } : value);
