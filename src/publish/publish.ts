import { mkdir } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { join, resolve, sep } from 'node:path';
import { assertWritable, siteTrouble } from './disk-trouble.ts';
import { Drafts } from './drafts.ts';
import { leftOver, removeImage } from './leftovers.ts';
import type { ShownWork } from './manifests.ts';
import { inParallel, MemoryGate } from './memory-gate.ts';
import { readTableOf, rowsWithoutScan } from './metadata-table.ts';
import { areThere, judgeScan, publishScan, unchanged } from './publish-scan.ts';
import type { PyramidOptions, SharpModule } from './pyramid.ts';
import { findWorks, type Scan } from './scans.ts';
import { shownWorks } from './shown-works.ts';
import { writeSite } from './site-files.ts';
import { type PublishedScan, readState, type SiteState, type Treatment, writeState } from './state.ts';

export interface PublishOptions {
  /** Folder of scans, and of the site, which is created when missing. */
  readonly scans: string;
  readonly site: string;
  /** Of the collection. */
  readonly title: string;
  /** The site's address with a slash at its end, where it is known; it then stands in manifests. */
  readonly base?: string | undefined;
  /** Path of a table; by default `metadata.csv` among the scans, where there is one. */
  readonly metadata?: string | undefined;
  readonly pyramid: PyramidOptions;
  /** Says what would be done, and does nothing. */
  readonly dryRun: boolean;
  readonly sharp: SharpModule;
  /** Folder of the built project, with the worker's files and the site's pages. */
  readonly built: string;
  /** Stops at once: what is done is noted, what isn't is removed, and the next run goes on. */
  readonly signal?: AbortSignal | undefined;
  /** Called before the first scan and after each. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

export interface Progress {
  readonly scans: number;
  readonly done: number;
  /** Bytes of scans that had to be worked on, and how many of those that are left may have to be. */
  readonly worked: number;
  readonly left: number;
  /** The scan that was done last. */
  readonly name: string | undefined;
}

/** What became of a scan. */
export type Outcome = { readonly scan: Scan } & (
  | { readonly kind: 'unchanged'; readonly bytes: number }
  | { readonly kind: Treatment; readonly why: string; readonly bytes: number }
  /** `stays`: what was published of it before. */
  | { readonly kind: 'refused'; readonly why: string; readonly stays: boolean }
);

export interface PublishReport {
  readonly works: number;
  readonly outcomes: readonly Outcome[];
  /** Files among the scans that are no images. */
  readonly others: readonly string[];
  /** Names of images that were removed, as their scans are gone. */
  readonly removed: readonly string[];
  /** Rows of the table of metadata that name nothing among the scans. */
  readonly strayRows: readonly string[];
}

/** libuv does file work on four threads, and a picture that is being made holds one: more cores share a picture. */
const MOST_AT_ONCE = 3;
/** Part of the machine's memory that pictures may take together. */
const MEMORY_SHARE = 0.5;
/** Milliseconds between two notes of what was done, so that a run that was stopped goes on from there. */
const NOTE_EVERY = 2000;

const IMAGES = 'images';

/**
 * Makes a static site of a folder of scans, or brings it up to date. A scan that can't be read is reported, and the rest
 * goes on.
 * @throws {Error} in words where nothing can be done: no folder, no images, a table that can't be read, a site that can't be
 * written; the signal's reason when it was stopped.
 */
export async function publish(options: PublishOptions): Promise<PublishReport> {
  const { scans: folder, site, dryRun, signal } = options;
  assertApart(folder, site);
  const { table, path: tablePath } = await readTableOf(options);
  const before = await readState(site);
  const { works, others } = await findWorks(folder, before);
  const all = works.flatMap(({ scans }) => scans);
  if (all.length === 0) throw new Error(`${folder} holds no images: TIFF, JPEG, PNG, WebP, AVIF or JPEG 2000.`);
  const images = join(site, IMAGES);
  const drafts = new Drafts(site);
  if (!dryRun) {
    await assertWritable(site, () => mkdir(images, { recursive: true }));
    await drafts.open();
  }

  const published: Record<string, PublishedScan> = {};
  const ended = new AbortController();
  const stop = AbortSignal.any([ended.signal, ...(signal ? [signal] : [])]);
  try {
    const outcomes = await Promise.race([
      rejectionBy(stop),
      publishAll({ ...options, drafts, stop }, all, before, published),
    ]);
    const removed = leftOver(
      before.scans,
      published,
      all.map(({ name }) => name),
    );
    const shown: readonly ShownWork[] = shownWorks(works, published, table);
    if (!dryRun) {
      const written = await writeSite({ ...options, works: shown, before });
      for (const file of removed) await removeImage(images, file);
      const slugs = Object.fromEntries(works.map(({ name, slug }) => [name, slug]));
      await writeState(site, { scans: published, works: slugs, ...written });
    }
    return {
      works: dryRun ? works.length : shown.length,
      outcomes,
      others: others.filter((name) => resolve(folder, name) !== tablePath),
      removed,
      strayRows: rowsWithoutScan(table, works),
    };
  } catch (error) {
    ended.abort(error);
    // A full disk may not take the note either.
    if (!dryRun) await noteOf(site, before, published).catch(() => undefined);
    throw siteTrouble(error, site) ?? error;
  } finally {
    if (!dryRun) await drafts.close();
  }
}

/** What becomes of each scan; those that were published are added to `published`. */
function publishAll(
  options: PublishOptions & { readonly drafts: Drafts; readonly stop: AbortSignal },
  all: readonly Scan[],
  before: SiteState,
  published: Record<string, PublishedScan>,
): Promise<readonly Outcome[]> {
  const { site, pyramid, sharp, dryRun, drafts, stop } = options;
  const images = join(site, IMAGES);
  const progress = counting(all, options.onProgress);
  const cores = availableParallelism();
  const workers = Math.min(MOST_AT_ONCE, cores);
  sharp.concurrency(Math.ceil(cores / workers));
  const gate = new MemoryGate(totalmem() * MEMORY_SHARE);
  let noted = Date.now();

  return inParallel(all, workers, async (scan): Promise<Outcome> => {
    stop.throwIfAborted();
    const outcome = await outcomeOf(scan).catch((error: unknown): Promise<Outcome> => refusalOf(scan, error));
    progress(scan, outcome.kind !== 'unchanged');
    if (!dryRun && Date.now() - noted >= NOTE_EVERY && !stop.aborted) {
      noted = Date.now();
      await noteOf(site, before, published);
    }
    return outcome;
  });

  async function outcomeOf(scan: Scan): Promise<Outcome> {
    const known = await unchanged(scan, before.scans[scan.name], images, pyramid);
    if (known) {
      published[scan.name] = known;
      return { scan, kind: 'unchanged', bytes: bytesOf(known) };
    }
    if (dryRun) {
      const { kind, why } = await judgeScan(scan, pyramid);
      const treatment = ({ keep: 'kept', rearrange: 'rearranged', make: 'made' } as const)[kind];
      // A made file's size isn't known before.
      return { scan, kind: treatment, why, bytes: kind === 'make' ? 0 : scan.size };
    }
    const done = await publishScan(scan, { images, drafts, sharp, pyramid, gate });
    published[scan.name] = done;
    return { scan, kind: done.treatment, why: done.why, bytes: bytesOf(done) };
  }

  async function refusalOf(scan: Scan, error: unknown): Promise<Outcome> {
    const trouble = siteTrouble(error, site);
    if (trouble) throw trouble;
    // A file that is just being copied, or was damaged, takes no work off the site.
    const earlier = before.scans[scan.name];
    const stays = earlier?.slug === scan.slug && (await areThere(earlier, images));
    if (earlier && stays) published[scan.name] = earlier;
    return { scan, kind: 'refused', why: wordsOf(error, scan), stays };
  }
}

function rejectionBy(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason));
  });
}

/** So that a run that was stopped goes on from there. */
function noteOf(site: string, before: SiteState, published: Readonly<Record<string, PublishedScan>>): Promise<void> {
  return writeState(site, { ...before, scans: { ...before.scans, ...published } });
}

function assertApart(scans: string, site: string): void {
  const inside = (outer: string, inner: string) => `${resolve(inner)}${sep}`.startsWith(`${resolve(outer)}${sep}`);
  if (inside(scans, site) || inside(site, scans)) {
    throw new Error('The site must be another folder than the scans, neither within the other.');
  }
}

function counting(all: readonly Scan[], onProgress: PublishOptions['onProgress']) {
  let done = 0;
  let worked = 0;
  let left = all.reduce((sum, { size }) => sum + size, 0);
  const report = (name?: string) => onProgress?.({ scans: all.length, done, worked, left, name });
  report();
  return ({ name, size }: Scan, wasWork: boolean) => {
    done += 1;
    left -= size;
    if (wasWork) worked += size;
    report(name);
  };
}

function bytesOf({ images }: PublishedScan): number {
  return [...new Map(images.map(({ file, bytes }) => [file, bytes])).values()].reduce((sum, bytes) => sum + bytes, 0);
}

/** What libvips says of a file that has an image's name and isn't one, or has lost the part that tells what it is. */
const NO_IMAGE = 'Input file contains unsupported image format';

/** Programs put the path before what they say, and more lines after it. */
function wordsOf(error: unknown, scan: Scan): string {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .replace(NO_IMAGE, 'it is cut off, damaged, or no image of a kind that is read')
    .replaceAll(scan.path, scan.name)
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .join(' ');
}
