import type { TiledImage } from '../../src/image/image.ts';
import { imageFromStructure, readStructure } from '../../src/image/open.ts';
import type { ReadBytes, StructureOptions } from '../../src/image/readers.ts';

/** Reads the structure and makes the image of it, both through `read`. */
export async function openImage(read: ReadBytes, options: StructureOptions = {}): Promise<TiledImage> {
  return imageFromStructure(await readStructure(read, options), read);
}
