import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, copyFile, link, mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import type { Metadata } from 'sharp';
import type { Drafts } from './drafts.ts';
import { describedByFile } from './embedded.ts';
import { type Judgement, judge, type Size } from './judge.ts';
import type { MemoryGate } from './memory-gate.ts';
import { makePyramid, openPage, type PyramidOptions, type SharpModule } from './pyramid.ts';
import type { Scan } from './scans.ts';
import type { PublishedImage, PublishedScan } from './state.ts';
import { writeWithFrontIndex } from './tiff/front-index.ts';

/** Raise it when the way files are made changes, so that those of before are made again. */
const RECIPE_VERSION = 1;
const EVERYONE_READS = 0o444;
const READABLE = 0o644;
/** Bytes that libvips takes for a picture which it reads from top to bottom. */
const STREAMED = 200 << 20;

export interface ScanMeans {
  /** Where files are until they are whole. */
  readonly drafts: Pick<Drafts, 'next'>;
  /** Folder of the published images. */
  readonly images: string;
  readonly sharp: SharpModule;
  readonly pyramid: PyramidOptions;
  readonly gate: MemoryGate;
}

/** What becomes of a scan, without doing it. */
export function judgeScan(scan: Scan, { compression }: PyramidOptions): Promise<Judgement> {
  return judge(scan.path, { lossless: compression === 'lossless' });
}

/** What was published before, where it still holds; its stamp may be renewed. */
export async function unchanged(
  scan: Scan,
  before: PublishedScan | undefined,
  images: string,
  pyramid: PyramidOptions,
): Promise<PublishedScan | undefined> {
  if (before?.settings !== settingsOf(pyramid) || before.slug !== scan.slug || before.size !== scan.size)
    return undefined;
  if (!(await areThere(before, images))) return undefined;
  if (before.modified === scan.modified) return before;
  return (await hashOf(scan.path)) === before.sha256 ? { ...before, modified: scan.modified } : undefined;
}

/** Whether all that was published of a scan is still there, by its length. */
export async function areThere({ images: files }: PublishedScan, images: string): Promise<boolean> {
  for (const { file, bytes } of files) {
    const found = await stat(join(images, file)).catch(() => undefined);
    if (found?.size !== bytes) return false;
  }
  return true;
}

/**
 * Publishes the images of a scan.
 * @throws {Error} in words where it can't be read.
 */
export async function publishScan(scan: Scan, means: ScanMeans): Promise<PublishedScan> {
  const { pyramid, sharp, images } = means;
  const [sha256, judgement] = await Promise.all([hashOf(scan.path), judgeScan(scan, pyramid)]);
  await mkdir(dirname(join(images, scan.slug)), { recursive: true });
  const metadata = await openPage(sharp, scan.path, 0, true)
    .metadata()
    .catch((): Metadata | undefined => undefined);
  const done = await follow(scan, judgement, metadata, means);
  return {
    size: scan.size,
    modified: scan.modified,
    sha256,
    settings: settingsOf(pyramid),
    slug: scan.slug,
    ...done,
    described: describedByFile(metadata?.exif, metadata?.iptc),
  };
}

async function follow(
  scan: Scan,
  judgement: Judgement,
  metadata: Metadata | undefined,
  means: ScanMeans,
): Promise<Pick<PublishedScan, 'treatment' | 'why' | 'images'>> {
  const { why } = judgement;
  switch (judgement.kind) {
    case 'keep':
      // A small picture that is damaged looks sound until it is decoded.
      if (judgement.isPlain) await openPage(means.sharp, scan.path, 0, true).stats();
      return { treatment: 'kept', why, images: await keep(scan, judgement.pages, means) };
    case 'rearrange': {
      const file = `${scan.slug}.tif`;
      const part = means.drafts.next();
      try {
        await writeWithFrontIndex(scan.path, part);
        await rename(part, join(means.images, file));
      } catch {
        // It is a good file all the same.
        await rm(part, { force: true });
        return { treatment: 'kept', why, images: await keep(scan, judgement.pages, means) };
      }
      return { treatment: 'rearranged', why, images: await imagesOf(file, judgement.pages, means.images) };
    }
    case 'make':
      return { treatment: 'made', why, images: await make(scan, judgement.pages, metadata, means) };
  }
}

/** Linked where both folders are on one disk, which takes no space, else copied. */
async function keep(
  scan: Scan,
  pages: readonly Size[],
  { images, drafts }: ScanMeans,
): Promise<readonly PublishedImage[]> {
  const file = `${scan.slug}${extname(scan.name).toLowerCase()}`;
  const part = drafts.next();
  const { mode } = await stat(scan.path);
  // A link has the scan's rights, and a web server has to read it.
  if ((mode & EVERYONE_READS) === EVERYONE_READS) await link(scan.path, part).catch(() => copyFile(scan.path, part));
  else {
    await copyFile(scan.path, part);
    await chmod(part, READABLE);
  }
  await rename(part, join(images, file));
  // Renaming onto another link of the same file does nothing.
  await rm(part, { force: true });
  return imagesOf(file, pages, images);
}

async function imagesOf(file: string, pages: readonly Size[], images: string): Promise<readonly PublishedImage[]> {
  const { size: bytes } = await stat(join(images, file));
  return pages.map(({ width, height }, index) => ({
    identifier: index === 0 ? file : `${file};${index + 1}`,
    file,
    bytes,
    width,
    height,
  }));
}

async function make(
  scan: Scan,
  pages: number,
  metadata: Metadata | undefined,
  { images, drafts, sharp, pyramid, gate }: ScanMeans,
): Promise<readonly PublishedImage[]> {
  // Where levels stand among the pages, it can't be told which is which.
  const count = metadata?.pages === pages ? pages : 1;
  const made: PublishedImage[] = [];
  for (let page = 0; page < count; page++) {
    const file = count === 1 ? `${scan.slug}.tif` : `${scan.slug}-p${page + 1}.tif`;
    const target = join(images, file);
    await gate.run(memoryFor(metadata), () => makePyramid(sharp, scan.path, page, target, { ...pyramid, drafts }));
    const { width, height } = await openPage(sharp, target, 0, true).metadata();
    made.push({ identifier: file, file, bytes: (await stat(target)).size, width, height });
  }
  return made;
}

/** Bytes that libvips takes: a turned or progressive picture lies in memory as a whole. */
function memoryFor(metadata: Metadata | undefined): number {
  if (!metadata) return STREAMED;
  const { width, height, channels, depth, orientation = 1, isProgressive, format } = metadata;
  const whole = width * height * channels * (depth === 'ushort' ? 2 : depth === 'float' ? 4 : 1);
  const streamed = orientation === 1 && !isProgressive && ['jpeg', 'png', 'tiff'].includes(format);
  return streamed ? Math.min(whole, STREAMED) : whole * 1.5;
}

function settingsOf({ compression, quality }: PyramidOptions): string {
  return `${RECIPE_VERSION} ${compression}${compression === 'lossless' ? '' : ` ${quality}`}`;
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest('hex');
}
