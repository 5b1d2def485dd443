import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';

const folder = fileURLToPath(new URL('../../../shared/corpus', import.meta.url));

/** Real files beyond the project's own, where they are at hand. */
export const CORPUS: string | undefined = existsSync(join(folder, 'manifest.json')) ? folder : undefined;

/** One file of it, and what is known of it. */
export interface CorpusFile {
  readonly file: string;
  readonly width: number;
  readonly height: number;
  readonly displayWidth?: number;
  readonly displayHeight?: number;
  readonly pyramid?: { readonly levels: number };
}

/** A request, and the pictures of which one must be answered. */
export interface CorpusCase {
  readonly id: string;
  readonly file: string;
  readonly path: string;
  readonly width: number;
  readonly height: number;
  readonly sizeTolerance: number;
  readonly minPsnr: number;
  readonly refs: readonly { readonly file: string }[];
}

export function corpusFiles(): readonly CorpusFile[] {
  return CORPUS === undefined ? [] : parse<{ files: CorpusFile[] }>('manifest.json').files;
}

export function corpusCases(): readonly CorpusCase[] {
  return CORPUS === undefined ? [] : parse<{ cases: CorpusCase[] }>('truth/truth.json').cases;
}

function parse<T>(name: string): T {
  return JSON.parse(readFileSync(join(folder, name), 'utf8')) as T;
}

/** What an answer lacks to be what a case wants; empty if nothing. */
export async function shortcomings(one: CorpusCase, answer: Uint8Array): Promise<string> {
  const { format, width, height } = await sharp(answer).metadata();
  if (Math.abs(width - one.width) > one.sizeTolerance || Math.abs(height - one.height) > one.sizeTolerance) {
    return `is ${width} × ${height} in place of ${one.width} × ${one.height}`;
  }
  const wanted = one.path.slice(one.path.lastIndexOf('.') + 1).replace('jpg', 'jpeg');
  if (format !== wanted) return `is ${format} in place of ${wanted}`;
  // A size that was rounded the other way is compared at a quarter.
  const exact = width === one.width && height === one.height;
  const size = exact ? undefined : { width: Math.max(1, one.width >> 2), height: Math.max(1, one.height >> 2) };
  const least = exact ? one.minPsnr : Math.min(24, one.minPsnr);
  const shown = await premultiplied(answer, size);
  const likeness = await Promise.all(
    one.refs.map(async ({ file }) => decibels(shown, await premultiplied(join(folder, 'truth', file), size))),
  );
  const best = Math.max(...likeness);
  return best >= least ? '' : `is like the reference by ${best.toFixed(1)} dB, ${least} are wanted`;
}

async function premultiplied(
  picture: Uint8Array | string,
  size: { readonly width: number; readonly height: number } | undefined,
): Promise<Uint8Array> {
  const image = sharp(picture).toColourspace('srgb').ensureAlpha();
  if (size) image.resize({ ...size, fit: 'fill', kernel: 'lanczos3' });
  const data = await image.raw().toBuffer();
  for (let at = 0; at < data.length; at += 4) {
    const alpha = data[at + 3] ?? 0;
    for (let channel = 0; channel < 3; channel++)
      data[at + channel] = Math.round(((data[at + channel] ?? 0) * alpha) / 255);
  }
  return data;
}

function decibels(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += ((a[at] ?? 0) - (b[at] ?? 0)) ** 2 / (at % 4 === 3 ? 3 : 1);
  return 10 * Math.log10(255 ** 2 / (sum / (a.length * 0.75)));
}
