import { readFile } from 'node:fs/promises';
import sharp, { type Sharp, type TiffOptions } from 'sharp';
import { photo } from '../formats/picture.ts';
import { short, type TagValue, tiledTags, writeTiff } from '../image/tiff/tiff-writer.ts';

/** A healthy file that is to be damaged. */
export interface Seed {
  readonly name: string;
  readonly kind: 'tiff' | 'jp2' | 'jpeg' | 'png' | 'webp' | 'gif' | 'avif';
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** How often it is taken, 1 by default: what takes long to decode is taken less often. */
  readonly weight?: number;
}

/** Small, so that many can be tried: three tiles by three, of which the last ones are partly outside. */
const WIDTH = 88;
const HEIGHT = 72;
const TILE = 32;
const LARGEST_BLOCK = 128 * 1024;

const small = await photo().resize(WIDTH, HEIGHT, { fit: 'fill' }).raw().toBuffer();
const picture = () => sharp(small, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
const grey = () => picture().greyscale().toColourspace('b-w');
const TILED = { tile: true, tileWidth: TILE, tileHeight: TILE, pyramid: true } as const;

async function tiff(options: TiffOptions, from: Sharp = picture()): Promise<Uint8Array> {
  return from.tiff({ ...TILED, ...options }).toBuffer();
}

/** What no encoder at hand writes. */
async function rawTiff(more: Readonly<Record<number, TagValue | undefined>>, store = (tile: Uint8Array) => tile) {
  const [columns, rows] = [Math.ceil(WIDTH / TILE), Math.ceil(HEIGHT / TILE)];
  const tiles = Array.from({ length: columns * rows }, (_, index) => {
    const [left, top] = [(index % columns) * TILE, Math.floor(index / columns) * TILE];
    const tile = new Uint8Array(TILE * TILE * 3);
    for (let y = 0; y < TILE && top + y < HEIGHT; y++) {
      const from = ((top + y) * WIDTH + left) * 3;
      tile.set(small.subarray(from, from + Math.min(TILE, WIDTH - left) * 3), y * TILE * 3);
    }
    return store(tile);
  });
  return writeTiff([{ tags: tiledTags(WIDTH, HEIGHT, TILE, more), tiles }]);
}

/** A Zstandard frame (RFC 8878) of a block that isn't compressed. */
function storedAsZstd(bytes: Uint8Array): Uint8Array {
  const block = bytes.subarray(0, LARGEST_BLOCK);
  const header = (block.length << 3) | 1;
  return Buffer.concat([
    Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0, 0x50),
    Uint8Array.of(header, header >> 8, header >> 16),
    block,
  ]);
}

async function jpeg2000Tiff(compression: number): Promise<Uint8Array> {
  const codestream = await readFile(new URL('../codec/picture-64x48.j2k', import.meta.url));
  const tags = tiledTags(100, 70, 64, { 323: short(48), 259: short(compression) });
  return writeTiff([{ tags, tiles: [codestream, codestream, codestream, codestream] }]);
}

const palette = (): TagValue => short(...Array.from({ length: 768 }, (_, index) => (index % 256) * 257));
const stored = (name: string) => readFile(new URL(`../formats/files/${name}`, import.meta.url));

const MAKERS: readonly (readonly [
  name: string,
  kind: Seed['kind'],
  make: () => Promise<Uint8Array>,
  weight?: number,
])[] = [
  ['none.tif', 'tiff', () => tiff({ compression: 'none' })],
  ['lzw.tif', 'tiff', () => tiff({ compression: 'lzw', predictor: 'horizontal' })],
  ['lzw-strips.tif', 'tiff', () => tiff({ compression: 'lzw', tile: false, pyramid: false })],
  ['packbits.tif', 'tiff', () => tiff({ compression: 'packbits' })],
  ['deflate.tif', 'tiff', () => tiff({ compression: 'deflate', predictor: 'horizontal' })],
  [
    'deflate-subifd-big.tif',
    'tiff',
    () => tiff({ compression: 'deflate', subifd: true, bigtiff: true } as TiffOptions),
  ],
  ['deflate-16.tif', 'tiff', () => tiff({ compression: 'deflate' }, picture().toColourspace('rgb16'))],
  ['zstd.tif', 'tiff', () => rawTiff({ 259: short(50_000) }, storedAsZstd)],
  ['jpeg-ycbcr.tif', 'tiff', () => tiff({ compression: 'jpeg', quality: 80 })],
  ['jpeg-rgb.tif', 'tiff', () => tiff({ compression: 'jpeg', quality: 92 })],
  ['jpeg-strips.tif', 'tiff', () => tiff({ compression: 'jpeg', quality: 85, tile: false, pyramid: false })],
  ['webp.tif', 'tiff', () => tiff({ compression: 'webp', quality: 80 })],
  [
    'g4.tif',
    'tiff',
    () => tiff({ compression: 'ccittfax4', bitdepth: 1, pyramid: false }, grey().threshold(128).toColourspace('b-w')),
  ],
  ['g3-1d.tif', 'tiff', () => stored('group-3-1d.tif')],
  ['g3-2d.tif', 'tiff', () => stored('group-3-2d.tif')],
  ['lerc.tif', 'tiff', () => stored('lerc.tif')],
  ['lab.tif', 'tiff', () => stored('lab.tif')],
  [
    'grey-4.tif',
    'tiff',
    () => tiff({ bitdepth: 4, compression: 'deflate', predictor: 'none', tile: false, pyramid: false }, grey()),
  ],
  ['palette.tif', 'tiff', () => rawTiff({ 258: short(8), 262: short(3), 277: short(1), 320: palette() })],
  ['ycbcr.tif', 'tiff', () => rawTiff({ 262: short(6), 530: short(2, 2) })],
  [
    'cmyk.tif',
    'tiff',
    () =>
      picture()
        .toColourspace('cmyk')
        .tiff({ ...TILED, compression: 'lzw' })
        .toBuffer(),
  ],
  ['jp2k-33005.tif', 'tiff', () => jpeg2000Tiff(33_005)],
  ['jp2k-34712.tif', 'tiff', () => jpeg2000Tiff(34_712)],
  ['plt.jp2', 'jp2', () => stored('plt.jp2')],
  ['no-plt.jp2', 'jp2', () => stored('no-plt.jp2')],
  ['no-precincts.jp2', 'jp2', () => stored('no-precincts.jp2')],
  ['tiles.jp2', 'jp2', () => stored('tiles.jp2')],
  ['lossy.j2k', 'jp2', () => stored('lossy.j2k')],
  ['baseline.jpg', 'jpeg', () => picture().jpeg({ quality: 90 }).toBuffer()],
  ['progressive.jpg', 'jpeg', () => picture().jpeg({ progressive: true }).toBuffer()],
  ['grey-exif.jpg', 'jpeg', () => grey().withMetadata({ orientation: 8 }).jpeg().toBuffer()],
  ['profile.jpg', 'jpeg', () => picture().withIccProfile('p3').jpeg().toBuffer()],
  ['cmyk.jpg', 'jpeg', () => picture().toColourspace('cmyk').jpeg().toBuffer()],
  ['rgb.png', 'png', () => picture().png().toBuffer()],
  ['palette.png', 'png', () => picture().png({ palette: true, colours: 64 }).toBuffer()],
  ['interlaced-16.png', 'png', () => picture().toColourspace('rgb16').png({ progressive: true }).toBuffer()],
  ['alpha.png', 'png', () => picture().ensureAlpha(0.5).png().toBuffer()],
  ['lossy.webp', 'webp', () => picture().webp({ quality: 80 }).toBuffer()],
  ['lossless.webp', 'webp', () => picture().webp({ lossless: true }).toBuffer()],
  ['alpha.webp', 'webp', () => picture().ensureAlpha(0.5).webp().toBuffer()],
  ['still.gif', 'gif', () => picture().gif().toBuffer()],
  ['still.avif', 'avif', () => picture().avif({ quality: 50, effort: 0 }).toBuffer()],
];

/** All kinds of files that are read, each of them small; the same bytes each time. */
export async function makeSeeds(): Promise<readonly Seed[]> {
  sharp.concurrency(1);
  const seeds = MAKERS.map(async ([name, kind, make, weight = 1]) => {
    return { name, kind, weight, bytes: new Uint8Array(await make()) };
  });
  return Promise.all(seeds);
}
