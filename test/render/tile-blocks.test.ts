import { expect, test } from 'vitest';
import type { EncodedTile, Level, SamplesEncoding, TileBlock, TiledImage } from '../../src/image/image.ts';
import { DecodedTiles } from '../../src/render/decoded-tiles.ts';
import { createEngine } from '../../src/render/engine.ts';
import { readTiles } from '../../src/render/read-tiles.ts';
import { blockAround, cutBlock } from '../../src/render/tile-blocks.ts';
import { loadWasm } from '../codec/load.ts';

const engine = createEngine(loadWasm);
const SIDE = 512;
const encoding: SamplesEncoding = {
  kind: 'samples',
  compression: 'none',
  predictor: 'none',
  bitsPerSample: 16,
  samplesPerPixel: 1,
  colourSamples: 1,
  alpha: 'none',
  littleEndian: true,
  inverted: false,
};
const level: Level = {
  ...{ index: 0, width: 2000, height: 1600, tileWidth: SIDE, tileHeight: SIDE, scale: 1 },
  tileFormat: 'jpeg2000',
};

/** Each sample tells its place in the image. */
function pixels({ column, row, columns, rows }: TileBlock): EncodedTile {
  const [width, height] = [columns * SIDE, rows * SIDE];
  const samples = new Uint16Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) samples[y * width + x] = 7 * (column * SIDE + x) + 31 * (row * SIDE + y);
  }
  return { width, height, planes: [new Uint8Array(samples.buffer)], encoding };
}

/** A grid of 4 × 4 tiles that are read alone or in blocks, and what was read. */
function subject() {
  const reads: string[] = [];
  const image: TiledImage = {
    ...{ width: level.width, height: level.height, orientation: 1, levels: [level], masked: false },
    ...{ tileFormat: 'jpeg2000', keepDecoded: true },
    colour: { space: 'grey', bitsPerSample: 16, alpha: 'none', profileLength: 0 },
    async readTile(_level, column, row) {
      reads.push(`${column},${row}`);
      return pixels({ column, row, columns: 1, rows: 1 });
    },
    async readBlock(_level, block) {
      reads.push(`${block.column},${block.row} ${block.columns}×${block.rows}`);
      return pixels(block);
    },
    readProfile: async () => undefined,
  };
  const shown = new DecodedTiles({ codecs: engine.codecs, withKernel: engine.withKernel }).of(image);
  return { reads, shown };
}

const tilesOf = ({ column, row, columns, rows }: TileBlock) =>
  Array.from({ length: columns * rows }, (_, i) => ({
    column: column + (i % columns),
    row: row + Math.floor(i / columns),
  }));

/** Reads the tiles of one answer, and holds each against its own pixels. */
async function read(shown: TiledImage, block: TileBlock): Promise<void> {
  let count = 0;
  await readTiles({ tiles: tilesOf(block), level }, shown, {}, ({ column, row }, tile) => {
    const [expected, found] = [pixels({ column, row, columns: 1, rows: 1 }).planes[0], tile?.planes[0]];
    expect(expected && found && Buffer.compare(expected, found)).toBe(0);
    expect(tile).toMatchObject({ width: SIDE, height: SIDE });
    count += 1;
  });
  expect(count).toBe(block.columns * block.rows);
}

test('a tile that is asked for alone is read alone', async () => {
  const { reads, shown } = subject();
  await read(shown, { column: 1, row: 2, columns: 1, rows: 1 });
  expect(reads).toEqual(['1,2']);
});

test('tiles of one answer are decoded in blocks of 1024² from its corner on, and kept as tiles', async () => {
  const { reads, shown } = subject();
  await read(shown, { column: 1, row: 0, columns: 3, rows: 3 });
  expect(reads.sort()).toEqual(['1,0 2×2', '1,2 2×1', '3,0 1×2', '3,2']);
  await read(shown, { column: 1, row: 0, columns: 3, rows: 3 });
  await read(shown, { column: 2, row: 1, columns: 1, rows: 1 });
  expect(reads).toHaveLength(4);
});

test('where a tile of a block is there already, the others are read alone', async () => {
  const { reads, shown } = subject();
  await read(shown, { column: 0, row: 0, columns: 1, rows: 1 });
  await read(shown, { column: 0, row: 0, columns: 2, rows: 2 });
  expect(reads.sort()).toEqual(['0,0', '0,1', '1,0', '1,1']);
});

test('tiles of 1024² and more are blocks by themselves', () => {
  const large = { ...level, tileWidth: 1024, tileHeight: 1024 };
  expect(blockAround({ column: 0, row: 0 }, large, { column: 0, row: 0, columns: 2, rows: 2 })).toBeUndefined();
});

test('what is no pixels is not cut', () => {
  const tile: EncodedTile = { ...pixels({ column: 0, row: 0, columns: 1, rows: 1 }), encoding: { kind: 'webp' } };
  expect(() => cutBlock(tile, level, { column: 0, row: 0, columns: 1, rows: 1 })).toThrow(TypeError);
});
