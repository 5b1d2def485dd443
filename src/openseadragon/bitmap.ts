import { sizeOfPixels } from '../iiif/pixels.ts';

/**
 * What an answer shows: pixels that were decoded already, or a compressed picture.
 * @throws {DOMException} where it can't be decoded.
 */
export async function bitmapOf(response: Response): Promise<ImageBitmap> {
  const size = sizeOfPixels(response.headers.get('Content-Type'));
  // With the default conversion of colours, which OpenSeadragon's own way from a blob switches off.
  if (!size) return createImageBitmap(await response.blob());
  const samples = new Uint8ClampedArray(await response.arrayBuffer());
  return createImageBitmap(new ImageData(samples, size.width, size.height));
}
