import { ImageServerError } from '../errors.ts';
import type { MeasuredWork, PackDesk } from '../packs/desk.ts';
import type { PackContent } from '../packs/records.ts';
import { workerDesk } from './pack-desk.ts';
import { storageOf } from './pack-storage.ts';
import { type FoundWorks, findWorks, type PinTarget } from './pack-target.ts';

/** What `measure` takes. */
export interface MeasureOptions {
  /** As for `pin`. */
  readonly what?: PackContent;
}

/** What pinning would keep of one image. */
export interface MeasuredImage {
  readonly identifier: string;
  /** Bytes to be kept of it. */
  readonly bytes: number;
  /** Bytes of them that are here already, in other packs or in this one. */
  readonly held: number;
  /** Whether that is all of its source: asked for, or because it can't be kept in part (JPEG 2000, JPEG, PNG …). */
  readonly isWhole: boolean;
}

/** What pinning would take. */
export interface Measured {
  /** That the pack would have, and its label. */
  readonly id: string;
  /** For the reader. */
  readonly label: string;
  /** In the order of the document. */
  readonly images: readonly MeasuredImage[];
  /** Bytes of all images. */
  readonly bytes: number;
  /** Bytes of them that are here already. */
  readonly held: number;
  /** Bytes that can still be kept. */
  readonly free: number;
  /** Whether what isn't here yet is no more than that. */
  readonly fits: boolean;
  /** Image services of other servers, of which nothing can be kept. */
  readonly foreign: readonly string[];
}

/** What was found of a target, and how large it is. */
export interface MeasuredWorks {
  readonly found: FoundWorks;
  readonly works: readonly MeasuredWork[];
  readonly bytes: number;
  readonly held: number;
}

/** Images measured side by side. */
const MEASURED_AT_ONCE = 3;

/**
 * Finds out what pinning would take, and keeps nothing: reads one byte of each image, and its index where only a part of
 * it is wanted. Throws as `pin` does, but for 507.
 */
export async function measure(target: PinTarget, options: MeasureOptions = {}): Promise<Measured> {
  const desk = workerDesk();
  const { found, works, bytes, held } = await measureWorks(desk, target, options.what);
  const { free } = await storageOf(desk);
  const { id, label, foreign } = found;
  const images = works.map((work) => ({
    identifier: work.identifier,
    bytes: work.bytes,
    held: work.held,
    isWhole: work.bytes === work.size,
  }));
  return { id, label, images, bytes, held, free, fits: bytes - held <= free, foreign };
}

export async function measureWorks(
  desk: PackDesk,
  target: PinTarget,
  content: PackContent = 'source',
): Promise<MeasuredWorks> {
  const { prefix } = await desk.room();
  const found = await findWorks(target, prefix);
  const works = await measureAll(desk, found.identifiers, content);
  const bytes = works.reduce((sum, work) => sum + work.bytes, 0);
  return { found, works, bytes, held: works.reduce((sum, work) => sum + work.held, 0) };
}

async function measureAll(
  desk: PackDesk,
  identifiers: readonly string[],
  content: PackContent,
): Promise<readonly MeasuredWork[]> {
  const measured = new Map<string, MeasuredWork>();
  const waiting = [...identifiers];
  const measureNext = async () => {
    for (let identifier = waiting.shift(); identifier !== undefined; identifier = waiting.shift()) {
      measured.set(identifier, await desk.measure({ identifier, content }));
    }
  };
  await Promise.all(Array.from({ length: MEASURED_AT_ONCE }, measureNext));
  return identifiers.map((identifier) => {
    const work = measured.get(identifier);
    if (work) return work;
    throw new ImageServerError(404, `The image "${identifier}" was not measured.`);
  });
}
