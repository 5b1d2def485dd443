import { readFile } from 'node:fs/promises';
import { countingObject } from '../image/counting-object.ts';
import { openImage } from '../image/open-image.ts';
import type { ImageAnswer } from './traffic.ts';

/** What is known of the tiles of a TIFF. */
export interface StoredTiles {
  readonly width: number;
  readonly height: number;
  readonly levels: number;
  /** Whether the answer is a whole tile of the grid, nothing of it beyond the image's edge. */
  isInterior(answer: ImageAnswer): boolean;
  /** Sum of the stored lengths of the tiles that the answers show, one for each answer. */
  totalBytes(answers: readonly ImageAnswer[]): Promise<number>;
}

export async function storedTiles(path: string): Promise<StoredTiles> {
  const object = countingObject(await readFile(path));
  const image = await openImage(object.read);
  const { width, height, levels } = image;

  function placeOf({ region, size, url }: ImageAnswer) {
    const [x, y, regionWidth, regionHeight] = region === 'full' ? ([0, 0, width, height] as const) : region;
    const level = levels.find(({ scale }) => Math.ceil(regionWidth / scale) === size?.[0]);
    if (!level) throw new Error(`${url} shows no stored tile`);
    const side = level.tileWidth * level.scale;
    const interior = regionWidth === side && regionHeight === side;
    return { level, column: x / side, row: y / side, interior };
  }

  return {
    width,
    height,
    levels: levels.length,
    isInterior: (answer) => placeOf(answer).interior,
    async totalBytes(answers) {
      object.reset();
      for (const answer of answers) {
        const { level, column, row } = placeOf(answer);
        await image.readTile(level, column, row);
      }
      return object.ranges.reduce((sum, { length }) => sum + length, 0);
    },
  };
}
