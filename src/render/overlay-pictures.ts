import { hasAscii } from '../codec/bytes.ts';
import type { Pixels } from '../codec/codec.ts';
import type { Codecs } from '../codec/codecs.ts';
import { pngSize } from '../codec/png-chunks.ts';
import { ImageServerError } from '../errors.ts';
import type { Rgb } from '../kernel/raster.ts';
import { contentTag } from './content-tag.ts';
import type { OverlayContent, RasterizeText } from './rendering.ts';

/** The picture of an overlay: decoded, or drawn, once. */
export type OverlayPictures = (content: OverlayContent) => Promise<Pixels>;

/** Larger ones gain nothing but time: an overlay is a mark or a line of words. */
const MAX_PIXELS = 2 ** 22;

/** As many pictures are kept as sites have marks, so that those given anew with every request don't fill the memory. */
const KEPT_PICTURES = 4;

const WHITE: Rgb = [255, 255, 255];

export function createOverlayPictures(codecs: Codecs, rasterizeText: RasterizeText | undefined): OverlayPictures {
  /** By content: jobs of other threads bring their bytes along each time. In the order of their last use. */
  const pictures = new Map<string, Promise<Pixels>>();

  async function make(content: OverlayContent): Promise<Pixels> {
    const picture = 'picture' in content ? await decode(content.picture, codecs) : await draw(content);
    if (picture.width * picture.height <= MAX_PIXELS) return picture;
    throw new ImageServerError(
      500,
      `The overlay of this image has ${picture.width} × ${picture.height} pixels, more than ${MAX_PIXELS}: make it smaller.`,
    );
  }

  async function draw({ text, colour = WHITE }: Extract<OverlayContent, { text: string }>): Promise<Pixels> {
    if (rasterizeText) return rasterizeText(text, colour);
    throw new ImageServerError(500, NO_TEXT);
  }

  return async (content) => {
    const tag = await contentTag(content);
    const known = pictures.get(tag) ?? make(content);
    pictures.delete(tag);
    pictures.set(tag, known);
    known.catch(() => pictures.delete(tag));
    const [oldest] = pictures.keys();
    if (pictures.size > KEPT_PICTURES && oldest !== undefined) pictures.delete(oldest);
    return known;
  };
}

/** What is to be done about words on a host without fonts. */
export const NO_TEXT =
  'The overlay of this image is text, which this host has no fonts for: give an overlay { picture }, or the option rasterizeText.';

async function decode(bytes: Uint8Array, codecs: Codecs): Promise<Pixels> {
  try {
    if (pngSize(bytes)) return await codecs.png.decode(bytes);
    if (hasAscii(bytes, 8, 'WEBP')) return await codecs.webp.decode(bytes);
    return await codecs.jpg.decode(bytes);
  } catch (cause) {
    if (cause instanceof ImageServerError && cause.status === 503) throw cause;
    throw new ImageServerError(500, 'The overlay of this image is no PNG, WebP or JPEG that can be decoded.', {
      cause,
    });
  }
}
