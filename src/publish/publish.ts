import { mkdir, readFile, rm, rmdir } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { ShownWork } from './manifests.ts';
import { inParallel, MemoryGate } from './memory-gate.ts';
import { type MetadataTable, readMetadataTable } from './metadata-csv.ts';
import { judgeScan, publishScan, unchanged } from './publish-scan.ts';
import type { PyramidOptions, SharpModule } from './pyramid.ts';
import { findWorks, type Scan } from './scans.ts';
import { shownWorks } from './shown-works.ts';
import { writeSite } from './site-files.ts';
import { type PublishedScan, readState, type Treatment, writeState } from './state.ts';

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
  | { readonly kind: 'refused'; readonly why: string }
);

export interface PublishReport {
  readonly works: number;
  readonly outcomes: readonly Outcome[];
  /** Files among the scans that are no images. */
  readonly others: readonly string[];
  /** Names of images that were removed, as their scans are gone. */
  readonly removed: readonly string[];
}

/** libuv does file work on four threads, and a picture that is being made holds one. */
const MOST_AT_ONCE = 3;
/** Part of the machine's memory that pictures may take together. */
const MEMORY_SHARE = 0.5;
/** Milliseconds between two notes of what was done, so that a run that was stopped goes on from there. */
const NOTE_EVERY = 2000;

const IMAGES = 'images';

/**
 * Makes a static site of a folder of scans, or brings it up to date. A scan that can't be read is reported, and the rest
 * goes on.
 * @throws {Error} in words where nothing can be done: no folder, no images, a table that can't be read.
 */
export async function publish(options: PublishOptions): Promise<PublishReport> {
  const { scans: folder, site, pyramid, sharp, dryRun } = options;
  assertApart(folder, site);
  const table = await tableOf(options);
  const { works, others } = await findWorks(folder);
  const all = works.flatMap(({ scans }) => scans);
  if (all.length === 0) throw new Error(`${folder} holds no images: TIFF, JPEG, PNG, WebP, AVIF or JPEG 2000.`);
  const images = join(site, IMAGES);
  const before = await readState(site);
  const published: Record<string, PublishedScan> = {};
  if (!dryRun) await mkdir(images, { recursive: true });

  let noted = Date.now();
  const note = async () => {
    if (dryRun || Date.now() - noted < NOTE_EVERY) return;
    noted = Date.now();
    await writeState(site, { ...before, scans: { ...before.scans, ...published } });
  };
  const progress = counting(all, options.onProgress);
  const workers = Math.min(MOST_AT_ONCE, availableParallelism());
  const gate = new MemoryGate(totalmem() * MEMORY_SHARE);

  const outcomes = await inParallel(all, workers, async (scan): Promise<Outcome> => {
    const outcome = await outcomeOf(scan).catch(
      (error: unknown): Outcome => ({ scan, kind: 'refused', why: wordsOf(error, scan) }),
    );
    progress(scan, outcome.kind !== 'unchanged');
    await note();
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
    const done = await publishScan(scan, { images, sharp, pyramid, gate });
    published[scan.name] = done;
    return { scan, kind: done.treatment, why: done.why, bytes: bytesOf(done) };
  }

  const removed = leftOver(before.scans, published, outcomes);
  if (!dryRun) {
    const shown: readonly ShownWork[] = shownWorks(works, published, table);
    for (const file of removed) await removeImage(images, file);
    const written = await writeSite({ ...options, works: shown, before });
    await writeState(site, { scans: published, ...written });
  }
  return { works: works.length, outcomes, others, removed };
}

function assertApart(scans: string, site: string): void {
  const inside = (outer: string, inner: string) => `${resolve(inner)}${sep}`.startsWith(`${resolve(outer)}${sep}`);
  if (inside(scans, site) || inside(site, scans)) {
    throw new Error('The site must be another folder than the scans, neither within the other.');
  }
}

async function tableOf({ scans, metadata }: PublishOptions): Promise<MetadataTable> {
  const path = metadata ?? join(scans, 'metadata.csv');
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    if (metadata === undefined) return undefined;
    throw new Error(`The table of metadata ${metadata} can't be read.`, { cause });
  });
  return text === undefined ? new Map() : readMetadataTable(text);
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

/** Published files that nothing stands for any more. A scan that was refused takes its earlier images along. */
function leftOver(
  before: Readonly<Record<string, PublishedScan>>,
  published: Readonly<Record<string, PublishedScan>>,
  outcomes: readonly Outcome[],
): readonly string[] {
  const files = (scans: Readonly<Record<string, PublishedScan>>) =>
    Object.values(scans).flatMap(({ images }) => images.map(({ file }) => file));
  const wanted = new Set(files(published));
  // In a dry run nothing is published, and what is there stays as long as its scan does.
  for (const { scan } of outcomes.filter(({ kind }) => kind !== 'refused')) {
    if (!published[scan.name]) for (const { file } of before[scan.name]?.images ?? []) wanted.add(file);
  }
  return [...new Set(files(before))].filter((file) => !wanted.has(file));
}

async function removeImage(images: string, file: string): Promise<void> {
  const path = resolve(images, file);
  if (relative(images, path).startsWith('..')) return;
  await rm(path, { force: true });
  // Of a book the folder goes when it is empty, and stays when it isn't.
  if (dirname(path) !== resolve(images)) await rmdir(dirname(path)).catch(() => undefined);
}

function bytesOf({ images }: PublishedScan): number {
  return [...new Map(images.map(({ file, bytes }) => [file, bytes])).values()].reduce((sum, bytes) => sum + bytes, 0);
}

/** Programs put the path before what they say, and more lines after it. */
function wordsOf(error: unknown, scan: Scan): string {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .replaceAll(scan.path, scan.name)
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .join(' ');
}
