import { readFile } from 'node:fs/promises';
import sharp, { type TiffOptions } from 'sharp';
import { HEIGHT, photo, photoSamples, photoSeen, type Seen, seenByLibvips, WIDTH } from './picture.ts';
import { rawTiff } from './raw-tiff.ts';

const grey = () => photo().greyscale().toColourspace('b-w');

/** One line of the table of formats, and the file that proves it. */
export interface Row {
  readonly group: 'TIFF compression' | 'TIFF samples' | 'TIFF layout' | 'JPEG 2000' | 'Plain image';
  readonly name: string;
  /** What the file holds is what was put into it, but for rounding. */
  readonly lossless: boolean;
  /** The format in which stored tiles, or the whole image, are answered as they are. */
  readonly passthrough?: 'jpg' | 'webp' | 'png' | undefined;
  readonly file: () => Promise<Uint8Array>;
  /** Smaller sizes come from the file's own wavelet, which isn't a mean: they have tests of their own. */
  readonly wavelet?: boolean | undefined;
  /** What it shows, where libvips can't tell. */
  readonly seen?: (() => Promise<Seen>) | undefined;
}

const stored = (name: string) => readFile(new URL(`files/${name}`, import.meta.url));
/** What the stored files without a reference of their own were made from. */
const smallSeen = async () => seenByLibvips(await stored('small.png'));

const TILED = { tile: true, tileWidth: 256, tileHeight: 256, pyramid: true } as const;

const tiff =
  (options: TiffOptions, picture = photo()) =>
  () =>
    picture.tiff({ ...TILED, ...options }).toBuffer();

const compressions: readonly Row[] = [
  { name: 'none', lossless: true, file: tiff({ compression: 'none' }) },
  { name: 'LZW', lossless: true, file: tiff({ compression: 'lzw', predictor: 'none' }) },
  { name: 'LZW, predictor', lossless: true, file: tiff({ compression: 'lzw', predictor: 'horizontal' }) },
  { name: 'PackBits', lossless: true, file: tiff({ compression: 'packbits' }) },
  { name: 'Deflate', lossless: true, file: tiff({ compression: 'deflate', predictor: 'none' }) },
  { name: 'Deflate, predictor', lossless: true, file: tiff({ compression: 'deflate', predictor: 'horizontal' }) },
  {
    name: 'Zstandard',
    lossless: true,
    file: async () => rawTiff(await photoSamples(3), { kind: 'zstd' }),
    seen: photoSeen,
  },
  {
    name: 'JPEG (YCbCr)',
    lossless: false,
    passthrough: 'jpg' as const,
    file: tiff({ compression: 'jpeg', quality: 89 }),
  },
  {
    name: 'JPEG (RGB)',
    lossless: false,
    passthrough: 'jpg' as const,
    file: tiff({ compression: 'jpeg', quality: 92 }),
  },
  { name: 'WebP', lossless: false, passthrough: 'webp' as const, file: tiff({ compression: 'webp', quality: 85 }) },
  {
    name: 'CCITT Group 4',
    lossless: true,
    file: () =>
      photo()
        .greyscale()
        .threshold(128)
        .toColourspace('b-w')
        .tiff({ ...TILED, pyramid: false, bitdepth: 1, compression: 'ccittfax4' })
        .toBuffer(),
  },
  { name: 'CCITT Group 3', lossless: true, file: () => stored('group-3-1d.tif') },
  { name: 'CCITT Group 3 in two dimensions', lossless: true, file: () => stored('group-3-2d.tif') },
  { name: 'LERC', lossless: true, file: () => stored('lerc.tif'), seen: smallSeen },
].map((row) => ({ group: 'TIFF compression' as const, ...row }));

const samples: readonly Row[] = [
  { name: 'grey, 8 bits', lossless: true, file: tiff({ compression: 'lzw' }, grey()) },
  {
    name: 'grey, 16 bits',
    lossless: true,
    file: tiff({ compression: 'deflate' }, grey().toColourspace('grey16')),
  },
  { name: 'RGB, 16 bits', lossless: true, file: tiff({ compression: 'deflate' }, photo().toColourspace('rgb16')) },
  {
    name: 'grey, 4 bits',
    lossless: true,
    file: () => grey().tiff({ bitdepth: 4, compression: 'deflate', predictor: 'none' }).toBuffer(),
  },
  {
    name: 'grey, 2 bits',
    lossless: true,
    file: () => grey().tiff({ bitdepth: 2, compression: 'deflate', predictor: 'none' }).toBuffer(),
  },
  {
    name: 'black and white, 1 bit',
    lossless: true,
    file: () => grey().tiff({ bitdepth: 1, compression: 'none' }).toBuffer(),
  },
  {
    name: 'MinIsWhite',
    lossless: true,
    file: () => grey().tiff({ bitdepth: 1, compression: 'ccittfax4', miniswhite: true }).toBuffer(),
  },
  {
    name: 'RGBA, unassociated alpha',
    lossless: true,
    file: async () => {
      const [data, alpha] = [await photoSamples(3), await photoSamples(1)];
      const rgba = new Uint8Array(WIDTH * HEIGHT * 4);
      for (let pixel = 0; pixel < WIDTH * HEIGHT; pixel++) {
        rgba.set(data.subarray(pixel * 3, pixel * 3 + 3), pixel * 4);
        rgba[pixel * 4 + 3] = alpha[pixel] ?? 0;
      }
      const picture = sharp(rgba, { raw: { width: WIDTH, height: HEIGHT, channels: 4 } });
      return picture.tiff({ ...TILED, compression: 'deflate' }).toBuffer();
    },
  },
  { name: 'palette', lossless: true, file: async () => rawTiff(await photoSamples(1), { kind: 'palette' }) },
  {
    name: 'RGB, 32-bit float',
    lossless: true,
    file: async () => rawTiff(await photoSamples(3), { kind: 'float' }),
    seen: photoSeen,
  },
  {
    name: 'YCbCr without JPEG',
    lossless: false,
    file: async () => rawTiff(await photoSamples(3), { kind: 'ycbcr' }),
    seen: photoSeen,
  },
  { name: 'CIE L*a*b*', lossless: false, file: () => stored('lab.tif'), seen: smallSeen },
  {
    name: 'CMYK with a profile',
    lossless: false,
    file: () => photo().toColourspace('cmyk').withIccProfile('cmyk').tiff({ compression: 'lzw' }).toBuffer(),
  },
].map((row) => ({ group: 'TIFF samples' as const, ...row }));

const layouts: readonly Row[] = [
  { name: 'tiles, pyramid in the chain', lossless: true, file: tiff({ compression: 'lzw' }) },
  {
    name: 'tiles, pyramid in SubIFDs',
    lossless: true,
    file: tiff({ compression: 'lzw', subifd: true } as TiffOptions),
  },
  { name: 'tiles, no pyramid', lossless: true, file: tiff({ compression: 'lzw', pyramid: false }) },
  { name: 'strips', lossless: true, file: () => photo().tiff({ compression: 'lzw' }).toBuffer() },
  {
    name: 'strips, JPEG',
    lossless: false,
    file: () => photo().tiff({ compression: 'jpeg', quality: 85 }).toBuffer(),
  },
  { name: 'BigTIFF', lossless: true, file: tiff({ compression: 'lzw', bigtiff: true }) },
  {
    name: 'planes',
    lossless: true,
    file: async () => rawTiff(await photoSamples(3), { kind: 'planes' }),
    seen: photoSeen,
  },
  { name: 'big-endian', lossless: true, file: async () => rawTiff(await photoSamples(3), { kind: 'big-endian' }) },
  {
    name: 'orientation 2–8',
    lossless: true,
    file: () =>
      photo()
        .withMetadata({ orientation: 6 })
        .tiff({ ...TILED, compression: 'lzw' })
        .toBuffer(),
  },
].map((row) => ({ group: 'TIFF layout' as const, ...row }));

const plain: readonly Row[] = [
  {
    name: 'JPEG, baseline',
    lossless: false,
    passthrough: 'jpg' as const,
    file: () => photo().jpeg({ quality: 90 }).toBuffer(),
  },
  {
    name: 'JPEG, progressive',
    lossless: false,
    passthrough: 'jpg' as const,
    file: () => photo().jpeg({ quality: 90, progressive: true }).toBuffer(),
  },
  {
    name: 'JPEG, Exif orientation',
    lossless: false,
    file: () => photo().withMetadata({ orientation: 8 }).jpeg({ quality: 90 }).toBuffer(),
  },
  {
    name: 'JPEG, grey',
    lossless: false,
    passthrough: 'jpg' as const,
    file: () => grey().jpeg({ quality: 90 }).toBuffer(),
  },
  { name: 'PNG', lossless: true, file: () => photo().png().toBuffer() },
  { name: 'PNG, interlaced', lossless: true, file: () => photo().png({ progressive: true }).toBuffer() },
  { name: 'PNG, palette', lossless: true, file: () => photo().png({ palette: true, colours: 64 }).toBuffer() },
  { name: 'PNG, 16 bits', lossless: true, file: () => photo().toColourspace('rgb16').png().toBuffer() },
  { name: 'WebP', lossless: false, file: () => photo().webp({ quality: 90 }).toBuffer() },
  { name: 'WebP, lossless', lossless: true, file: () => photo().webp({ lossless: true }).toBuffer() },
  { name: 'AVIF', lossless: false, file: () => photo().avif({ quality: 70, effort: 2 }).toBuffer() },
  { name: 'GIF', lossless: true, file: () => photo().gif().toBuffer() },
].map((row) => ({ group: 'Plain image' as const, ...row }));

const jpeg2000: readonly Row[] = [
  { name: 'with a list of packets (PLT)', lossless: true, file: () => stored('plt.jp2') },
  { name: 'without', lossless: true, file: () => stored('no-plt.jp2') },
  { name: 'without precincts', lossless: true, file: () => stored('no-precincts.jp2') },
  { name: 'in tiles', lossless: true, file: () => stored('tiles.jp2') },
  { name: 'lossy', lossless: false, file: () => stored('lossy.j2k') },
].map((row) => ({ group: 'JPEG 2000' as const, seen: smallSeen, wavelet: true, ...row }));

/** Every kind of source that is claimed to be read. */
export const ROWS: readonly Row[] = [...compressions, ...samples, ...layouts, ...jpeg2000, ...plain];
