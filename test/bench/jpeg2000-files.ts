import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';

/** 77 megapixels, as Kakadu writes masters for libraries: one tile, precincts, packets by resolution. */
export const WIDTH = 11_700;
export const HEIGHT = 6582;

const COMMON = ['-p', 'RPCL', '-c', '[256,256]', '-b', '64,64', '-n', '6', '-I', '-TP', 'R', '-PLT'];

/** What `opj_compress` is told beside that. */
const KINDS = {
  'one tile': ['-r', '10', '-TLM'],
  'three layers, SOP, EPH, no TLM': ['-r', '40,20,10', '-SOP', '-EPH'],
} as const;

export type Kind = keyof typeof KINDS;

/** The files by kind, made from a photograph and kept; undefined where OpenJPEG's tools aren't installed. */
export async function makeJpeg2000Files(photo: string, folder: string): Promise<ReadonlyMap<Kind, string> | undefined> {
  const files = new Map(
    Object.entries(KINDS).map(([kind, options], index) => [
      kind as Kind,
      { file: join(folder, `${index}.jp2`), options },
    ]),
  );
  if (![...files.values()].every(({ file }) => existsSync(file))) {
    if (!isInstalled()) return undefined;
    await mkdir(folder, { recursive: true });
    const picture = join(folder, 'picture.tif');
    await sharp(photo).resize(WIDTH, HEIGHT, { fit: 'fill' }).tiff({ compression: 'none' }).toFile(picture);
    for (const { file, options } of files.values()) {
      const unfinished = file.replace('.jp2', '.part.jp2');
      execFileSync('opj_compress', ['-i', picture, '-o', unfinished, ...COMMON, ...options], { stdio: 'ignore' });
      await rename(unfinished, file);
    }
    await rm(picture);
  }
  return new Map([...files].map(([kind, { file }]) => [kind, file]));
}

function isInstalled(): boolean {
  try {
    execFileSync('opj_decompress', ['-h'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    // It ends with an error after its help, which only a program that is there can.
    return error instanceof Error && 'status' in error && error.status !== null;
  }
}
