import type { Colour, Level, TiledImage } from '../image/image.ts';
import type { MemoryNeed } from './admission.ts';
import { overlayBytes } from './overlay.ts';
import type { RenderPlan } from './plan.ts';
import { atOnce } from './read-tiles.ts';

/** Bytes of tiles that are decoded at once beside the raster; a JPEG's go into it directly. */
export const DECODED_BYTES = 2 ** 25;

/**
 * Bytes for each pixel of the answer, beside the raster, that encoding takes at most: samples as the encoder wants them,
 * its copy, its own tables, and what it writes. What a Node process grows by at most while it encodes noise, which
 * compresses worst, of 4 megapixels, garbage included: JPEG 1.2, PDF 2.5, PNG 24 (20 of it the codec's own memory; 15 for
 * smooth colours), TIFF 16, GIF 26, WebP 21, AVIF 35. Of 1 megapixel TIFF, GIF, WebP and AVIF take up to 39, which is
 * little then.
 */
const ENCODING: Readonly<Record<RenderPlan['format'], number>> = {
  jpg: 3,
  pdf: 4,
  png: 24,
  tif: 16,
  gif: 28,
  webp: 24,
  avif: 40,
};

/**
 * Bytes for each pixel of a picture that is decoded as a whole, beside its compressed data: what its decoder works with
 * and hands over, the pixels that stay, and their halves. For JPEG what a progressive one takes; others take half of it.
 */
const DECODING: Readonly<Record<string, number>> = { jpeg: 15, png: 18, webp: 18, avif: 44, gif: 10 };

/** Of tiles that aren't pictures of their own. */
const OTHERS = 16;

/** PNG of 16 bits. */
const DEEP = 2;

/** More isn't gained by knowing better: what compresses badly is as long as its samples. */
const COMPRESSED = 1;

/** OpenJPEG's numbers of 32 bits, and as many again while it transforms them. */
const JPEG2000_SAMPLE_BYTES = 8;

/** What the rasters of a plan need at most: the assembled one and the scaled, or that and its turned copy. */
export function rasterBytes({ area, halvings, size, overlays }: RenderPlan): number {
  const assembled = (area.width * area.height) / 4 ** halvings;
  const scaled = size.width * size.height;
  // Turned by 45°, a square needs twice its area.
  return 4 * Math.max(assembled + scaled, 3 * scaled) + overlayBytes(overlays);
}

/**
 * What carrying out a plan needs at most: tiles as they are read and decoded, rasters, and the answer. Of an image that
 * is one picture, also the decoding of that, shared by all who need it, unless it `isDecoded`. Pure; nothing is read.
 */
export function memoryNeed(
  plan: RenderPlan,
  { colour, levels, keepDecoded }: Pick<TiledImage, 'colour' | 'levels' | 'keepDecoded'>,
  picture: { readonly name: string; readonly isDecoded: boolean },
): MemoryNeed {
  const whole = keepDecoded ? levels.find(isWholePicture) : undefined;
  if (!whole) return tilesNeed(plan, colour);
  const shared = picture.isDecoded ? undefined : { key: picture.name, bytes: pictureBytes(whole, colour) };
  return { bytes: answerBytes(plan), shared, why: whyOf(plan, whole.width * whole.height) };
}

/** The same for an image of tiles or strips. */
export function tilesNeed(plan: RenderPlan, colour: Colour): MemoryNeed {
  const { tiles } = plan;
  const tile = tilePixels(plan.level);
  const reading = Math.min(atOnce(plan.level), tiles.length);
  const decoding = Math.min(tiles.length * tile * pixelBytes(plan.level, colour), DECODED_BYTES);
  const atLeast = Math.max(decoding, tile * (pixelBytes(plan.level, colour) + codecBytes(plan.level, colour)));
  return { bytes: reading * tile * COMPRESSED + atLeast + answerBytes(plan), why: whyOf(plan, tiles.length * tile) };
}

/** Rasters, and what encoding takes. */
function answerBytes(plan: RenderPlan): number {
  return rasterBytes(plan) + plan.size.width * plan.size.height * ENCODING[plan.format];
}

function whyOf({ size, format }: RenderPlan, pixels: number): string {
  return `${pixels} pixels to decode, ${size.width * size.height} to answer as ${format}`;
}

/** What decoding one tile of a level needs, with its halves. */
export function decodingNeed(level: Level, colour: Colour): MemoryNeed {
  return { bytes: pictureBytes(level, colour), why: `${tilePixels(level)} pixels to decode` };
}

/** Bytes that decoding a whole picture takes, with its compressed data. */
function pictureBytes(level: Level, { bitsPerSample }: Colour): number {
  const factor = (DECODING[level.tileFormat] ?? OTHERS) * (bitsPerSample > 8 ? DEEP : 1);
  return tilePixels(level) * (factor + COMPRESSED);
}

function isWholePicture({ width, height, tileWidth, tileHeight, tileFormat }: Level): boolean {
  return tileFormat in DECODING && tileWidth >= width && tileHeight >= height;
}

/** Of a decoded tile. */
function pixelBytes({ tileFormat }: Level, colour: Colour): number {
  return tileFormat === 'samples' ? samplesOf(colour) * Math.ceil(colour.bitsPerSample / 8) : 4;
}

/** Of the codec's own memory, which holds one tile at a time. */
function codecBytes(level: Level, colour: Colour): number {
  if (level.tileFormat === 'jpeg2000') return JPEG2000_SAMPLE_BYTES * samplesOf(colour);
  return level.tileFormat === 'samples' ? pixelBytes(level, colour) : 8;
}

function samplesOf({ space, alpha }: Colour): number {
  const colours = space === 'grey' ? 1 : space === 'cmyk' ? 4 : 3;
  return colours + (alpha === 'none' ? 0 : 1);
}

/** Strips may say that they are higher than the picture. */
function tilePixels({ width, height, tileWidth, tileHeight }: Level): number {
  return tileWidth >= width ? width * Math.min(height, tileHeight) : tileWidth * tileHeight;
}
