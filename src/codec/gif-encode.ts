/// <reference path="./gifenc.d.ts" />
import { applyPalette, GIFEncoder } from 'gifenc';
import type { Encoder, Pixels } from './codec.ts';
import { type Palette, paletteOf } from './palette.ts';
import { assertDimensions, rgbaOf } from './pixels.ts';

/** Colours of a GIF's table, one of which is kept for transparent pixels where there are any. */
const COLOURS = 256;
/** GIF89a, section 18: 16 bits per side. */
const MAX_DIMENSION = 65_535;
/** Alpha from which on a pixel is drawn: GIF knows no half-transparent ones. */
const DRAWN = 128;

/** Pixels as places in a palette. */
interface Indexed {
  readonly palette: Palette;
  readonly indices: Uint8Array;
}

/** Writes GIF of one frame: exact where there are at most 256 colours, else the nearest of 256. */
export function createGifEncoder(): Encoder {
  return {
    async encode(pixels) {
      assertDimensions('GIF', pixels, MAX_DIMENSION);
      const { width, height } = pixels;
      const rgba = rgbaOf(pixels);
      const colours = new Uint32Array(new Uint8Array(rgba).buffer, 0, width * height);
      const transparent = hasTransparent(pixels, rgba);
      const most = transparent ? COLOURS - 1 : COLOURS;
      const { palette, indices } = exactly(colours, most) ?? nearest(rgba, colours, most);
      if (transparent) {
        for (let i = 0; i < indices.length; i++) if (!isDrawn(colours[i] ?? 0)) indices[i] = palette.length;
        palette.push([0, 0, 0]);
      }
      const gif = GIFEncoder();
      gif.writeFrame(indices, width, height, {
        palette,
        transparent,
        transparentIndex: palette.length - 1,
        repeat: -1,
      });
      gif.finish();
      return gif.bytes();
    },
  };
}

function hasTransparent({ channels }: Pixels, rgba: Uint8Array): boolean {
  if (channels === 1 || channels === 3) return false;
  for (let i = 3; i < rgba.length; i += 4) if ((rgba[i] ?? 0) < DRAWN) return true;
  return false;
}

function isDrawn(colour: number): boolean {
  return colour >>> 24 >= DRAWN;
}

/** The picture as it is; undefined where it has more colours. */
function exactly(colours: Uint32Array, most: number): Indexed | undefined {
  const places = new Map<number, number>();
  const palette: Palette = [];
  const indices = new Uint8Array(colours.length);
  let last = -1;
  let place = 0;
  for (let i = 0; i < colours.length; i++) {
    const colour = colours[i] ?? 0;
    if (!isDrawn(colour)) continue;
    const rgb = colour & 0xffffff;
    if (rgb !== last) {
      last = rgb;
      const known = places.get(rgb);
      if (known === undefined) {
        if (palette.length === most) return undefined;
        places.set(rgb, palette.length);
        palette.push([rgb & 255, (rgb >> 8) & 255, rgb >> 16]);
      }
      place = known ?? palette.length - 1;
    }
    indices[i] = place;
  }
  return { palette, indices };
}

/** `colours.filter(isDrawn)`, which takes 48 bytes a pixel for the list that it makes. */
function drawn(colours: Uint32Array): Uint32Array {
  const found = new Uint32Array(colours.length);
  let count = 0;
  for (const colour of colours) if (isDrawn(colour)) found[count++] = colour;
  return found.subarray(0, count);
}

function nearest(rgba: Uint8Array, colours: Uint32Array, most: number): Indexed {
  // What isn't drawn has no part in the palette. (gifenc's own takes seconds where there are many colours.)
  const palette = paletteOf(drawn(colours), most);
  return { palette, indices: applyPalette(rgba, palette, 'rgb565') };
}
