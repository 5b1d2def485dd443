import sharp from 'sharp';

/** Red, green, blue, 0–255. */
export type Rgb = readonly [red: number, green: number, blue: number];

export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly tileSize: number;
}

/** The blue blocks' side, and half the period of the red and green waves: within a block one level is one pixel. */
export const BLOCK = 255;

/** The specifications' own sample image is 300 × 200. */
const EXAMPLE: Picture = { width: 300, height: 200, channels: 3, tileSize: 128 };

/** What the server under test serves, by identifier. */
export const PICTURES: ReadonlyMap<string, Picture> = new Map([
  ['map', { width: 1000, height: 800, channels: 3, tileSize: 256 }],
  ['example', EXAMPLE],
  ['tall', { width: 200, height: 300, channels: 3, tileSize: 128 }],
  ['even', { width: 240, height: 240, channels: 3, tileSize: 128 }],
  // Wider than the limits, and larger in area, than `subject.ts` sets them.
  ['wide', { width: 2400, height: 100, channels: 3, tileSize: 128 }],
  ['plaza', { width: 1800, height: 1800, channels: 3, tileSize: 256 }],
  ['grey', { width: 300, height: 200, channels: 1, tileSize: 128 }],
  ['ark:/12025/654xz321', EXAMPLE],
  ['urn:foo:a123,456', EXAMPLE],
  ['urn:sici:1046-8188(199501)13:1%3C69:FTTHBI%3E2.0.TX;2-4', EXAMPLE],
  ['two words', EXAMPLE],
  ['mühle', EXAMPLE],
  ['本', EXAMPLE],
  ['50%', EXAMPLE],
  ['a+b', EXAMPLE],
  ['2', EXAMPLE],
  ['3', EXAMPLE],
]);

/** The colour at a (not necessarily whole) position tells the position: triangle waves of x and y, and the block. */
export function colourAt(picture: Picture, x: number, y: number): Rgb {
  if (picture.channels === 1) return [wave(x), wave(x), wave(x)];
  return [wave(x), wave(y), 64 * block(x) + 16 * block(y)];
}

function block(position: number): number {
  return Math.floor((position + 0.5) / BLOCK) % 4;
}

function wave(position: number): number {
  const phase = (((position % (2 * BLOCK)) + 2 * BLOCK) % (2 * BLOCK)) - BLOCK;
  return BLOCK - Math.abs(phase);
}

/** The picture as a tiled pyramidal TIFF, lossless. */
export async function tiff(picture: Picture): Promise<Uint8Array> {
  const { width, height, channels, tileSize } = picture;
  const samples = new Uint8Array(width * height * channels);
  let offset = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (const sample of colourAt(picture, x, y).slice(0, channels)) samples[offset++] = sample;
    }
  }
  return sharp(samples, { raw: { width, height, channels } })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .tiff({ tile: true, pyramid: true, tileWidth: tileSize, tileHeight: tileSize, compression: 'deflate' })
    .toBuffer();
}
