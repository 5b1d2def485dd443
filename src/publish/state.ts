import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Described } from './metadata-csv.ts';

/** A canvas to be: an image, or a page of one. */
export interface PublishedImage {
  /** Of its image service. */
  readonly identifier: string;
  /** Path within the folder of images, with slashes. Pages of one file share it. */
  readonly file: string;
  readonly bytes: number;
  readonly width: number;
  readonly height: number;
}

export type Treatment = 'kept' | 'rearranged' | 'made';

/** What was made of a scan, and of which state of it. */
export interface PublishedScan {
  readonly size: number;
  readonly modified: number;
  readonly sha256: string;
  /** Everything else that the outcome depends on. */
  readonly settings: string;
  readonly slug: string;
  readonly treatment: Treatment;
  readonly why: string;
  readonly images: readonly PublishedImage[];
  readonly described: Described;
}

/** What a site was published from: what is the same need not be made again. */
export interface SiteState {
  /** By name within the folder of scans. */
  readonly scans: Readonly<Record<string, PublishedScan>>;
  /** Slugs of works, by name within the folder of scans. */
  readonly works: Readonly<Record<string, string>>;
  /** Files beside the images, as paths within the site. */
  readonly files: readonly string[];
  /** `sw.js` as it was written: another one is its owner's. */
  readonly worker: string;
}

const STATE_FILE = '.potto.json';
/** Raise it when the shape changes: a state of another shape counts as none. */
const SHAPE = 1;

export const NO_STATE: SiteState = { scans: {}, works: {}, files: [], worker: '' };

/** No state, or a spoiled one, only means that everything is made again. */
export async function readState(site: string): Promise<SiteState> {
  try {
    const { shape, ...state } = JSON.parse(await readFile(join(site, STATE_FILE), 'utf8'));
    return shape === SHAPE ? { ...NO_STATE, ...state } : NO_STATE;
  } catch {
    return NO_STATE;
  }
}

export async function writeState(site: string, state: SiteState): Promise<void> {
  await replaceFile(join(site, STATE_FILE), `${JSON.stringify({ shape: SHAPE, ...state })}\n`);
}

/** Writes beside and renames, so that nobody meets half a file. */
export async function replaceFile(path: string, content: string | Uint8Array): Promise<void> {
  const draft = `${path}.part`;
  try {
    await writeFile(draft, content);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
