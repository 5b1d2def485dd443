import sharp from 'sharp';
import { WINDOW_LENGTH } from '../../src/image/header-windows.ts';
import { picture, sharpOf } from '../codec/pictures.ts';
import { short, type TestDirectory, tiledTags, writeTiff } from '../image/tiff/tiff-writer.ts';

/** A pyramid of JPEG tiles as libvips writes it: the directory of each level after its tiles. */
export async function libvipsPyramid(width: number, height: number, tile = 256): Promise<Uint8Array> {
  return sharpOf(picture(width, height, 3))
    .tiff({ compression: 'jpeg', tile: true, tileWidth: tile, tileHeight: tile, pyramid: true })
    .toBuffer();
}

/**
 * A pyramid of JPEG tiles of one colour, 1024 × 1024, with its whole index at the front. Each tile is longer than what
 * is read to find the index, so that none comes along with it.
 */
export async function cog(colour: string): Promise<Uint8Array> {
  const tile = await grainyJpeg(colour, 256);
  if (tile.length <= WINDOW_LENGTH) throw new Error(`Tiles of ${tile.length} bytes come along with the index`);
  return cogOf(tile);
}

/** The same, all of which comes along with the index. */
export async function smallCog(colour: string): Promise<Uint8Array> {
  const file = cogOf(await jpeg(colour, 256));
  if (file.length > WINDOW_LENGTH) throw new Error(`A file of ${file.length} bytes needs more than one read`);
  return file;
}

function cogOf(tile: Uint8Array): Uint8Array {
  const level = (scale: number): TestDirectory => {
    const side = 1024 / scale;
    const count = (side / 256) ** 2;
    const reduced = scale === 1 ? {} : { 254: short(1) };
    const tags = tiledTags(side, side, 256, { 259: short(7), 262: short(6), ...reduced });
    return { tags, tiles: Array.from({ length: count }, () => tile) };
  };
  return writeTiff([level(1), level(2), level(4)]);
}

/** A square of one colour. */
export async function jpeg(colour: string, side: number): Promise<Uint8Array> {
  return sharp({ create: { width: side, height: side, channels: 3, background: colour } })
    .jpeg({ chromaSubsampling: '4:4:4' })
    .toBuffer();
}

/** A square of one colour, with grain too fine for `coloursIn` to see, which makes its file as long as a picture's. */
async function grainyJpeg(colour: string, side: number): Promise<Uint8Array> {
  const flat = { create: { width: side, height: side, channels: 3, background: colour } } as const;
  const data = await sharp(flat).raw().toBuffer();
  let seed = 1;
  const grain = () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return (8 * seed) / 2 ** 32;
  };
  const grainy = data.map((sample) => (sample > 127 ? sample - grain() : sample + grain()));
  return sharp(grainy, { raw: { width: side, height: side, channels: 3 } })
    .jpeg({ quality: 98, chromaSubsampling: '4:4:4' })
    .toBuffer();
}

/** The colours that a picture of one colour each shows, to the nearest 64, so that JPEG doesn't matter. */
export async function coloursIn(response: Response): Promise<ReadonlySet<string>> {
  const { data } = await sharp(await response.arrayBuffer())
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const colours = new Set<string>();
  for (let i = 0; i < data.length; i += 3) {
    colours.add([0, 1, 2].map((channel) => Math.round((data[i + channel] ?? 0) / 64)).join());
  }
  return colours;
}
