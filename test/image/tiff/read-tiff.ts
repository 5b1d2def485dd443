import { HeaderWindows } from '../../../src/image/header-windows.ts';
import type { ReadBytes, StructureOptions } from '../../../src/image/readers.ts';
import { readTiffStructure, type TiffStructure } from '../../../src/image/tiff/structure.ts';
import { countingObject } from '../counting-object.ts';
import { type TestDirectory, type TiffOptions, writeTiff } from './tiff-writer.ts';

/** Reads the structure of the first page, as of any TIFF. */
export function readTiff(read: ReadBytes, options: StructureOptions = {}): Promise<TiffStructure> {
  return readTiffStructure(new HeaderWindows(read, options));
}

/** The structure of the first page of a file made of these directories. */
export function structureOf(chain: readonly TestDirectory[], options?: TiffOptions): Promise<TiffStructure> {
  return readTiff(countingObject(writeTiff(chain, options)).read);
}
