import sharp from 'sharp';
import { picture, sharpOf } from '../codec/pictures.ts';
import { short, type TestDirectory, tiledTags, writeTiff } from '../image/tiff/tiff-writer.ts';

/** A pyramid of JPEG tiles as libvips writes it: the directory of each level after its tiles. */
export async function libvipsPyramid(width: number, height: number, tile = 256): Promise<Uint8Array> {
  return sharpOf(picture(width, height, 3))
    .tiff({ compression: 'jpeg', tile: true, tileWidth: tile, tileHeight: tile, pyramid: true })
    .toBuffer();
}

/** A pyramid of JPEG tiles of one colour, with its whole index at the front. */
export async function cog(colour: string, width = 1024, height = 1024): Promise<Uint8Array> {
  const tile = await jpeg(colour, 256);
  const level = (scale: number): TestDirectory => {
    const [w, h] = [width / scale, height / scale];
    const count = Math.ceil(w / 256) * Math.ceil(h / 256);
    const reduced = scale === 1 ? {} : { 254: short(1) };
    const tags = tiledTags(w, h, 256, { 259: short(7), 262: short(6), ...reduced });
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
