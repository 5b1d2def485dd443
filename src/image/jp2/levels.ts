import type { Level } from '../image.ts';
import { type Codestream, reducedArea } from './codestream.ts';

/**
 * Side of what is read and decoded at once, aligned: that of the tiles that viewers ask for. A region needs a precinct
 * more on each side, and all smaller resolutions: of 75 megapixels in precincts of 256 and 128, units of 512² take 0.7 to
 * 1.2 MB and 0.13 s for the first one, 0.2 MB when its neighbours are there; units of 1024², of which a view uses less,
 * 1.3 to 2.3 MB and 0.31 s.
 */
const UNIT = 512;

/** Tiles of the codestream up to this side are decoded as a whole: they share nothing with their neighbours. */
const LARGEST_TILE = 1024;

/** One level for each resolution that all tiles have. */
export function jp2Levels(codestream: Codestream): readonly Level[] {
  const levels: Level[] = [];
  for (let reduce = 0; reduce <= codestream.levels; reduce++) {
    const { x0, y0, x1, y1 } = reducedArea(codestream, reduce);
    const [width, height] = [x1 - x0, y1 - y0];
    const last = levels.at(-1);
    // A resolution may be empty where the image lies between the samples of its grid.
    if (width < 1 || height < 1 || (last && width === last.width && height === last.height)) break;
    levels.push({
      index: reduce,
      width,
      height,
      tileWidth: Math.min(width, unitSide(codestream.tileWidth, reduce)),
      tileHeight: Math.min(height, unitSide(codestream.tileHeight, reduce)),
      scale: 2 ** reduce,
      tileFormat: 'jpeg2000',
    });
  }
  return levels;
}

/** As many tiles of the codestream as one that is asked for takes; of large ones, a part. */
function unitSide(tileSide: number, reduce: number): number {
  const side = tileSide / 2 ** reduce;
  return Number.isInteger(side) && side <= LARGEST_TILE ? side * Math.ceil(UNIT / side) : UNIT;
}
