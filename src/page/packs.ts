import type { PackDesk, PackStatus } from '../packs/desk.ts';
import { PackDownload } from '../packs/download.ts';
import type { PackContent } from '../packs/records.ts';
import { type VerifyProgress, verifyBlocks } from '../packs/verify.ts';
import { workerDesk } from './pack-desk.ts';
import { measureWorks } from './pack-measure.ts';
import { packPatience } from './pack-patience.ts';
import { askToPersist, roomFor } from './pack-storage.ts';
import type { PinTarget } from './pack-target.ts';

/** What `pin` takes. */
export interface PinOptions {
  /**
   * What to keep of each image: all of its source, by default, or its levels up to a width in pixels. Of images that
   * aren't TIFFs it is all.
   */
  readonly what?: PackContent;
  /** Names the pack; by default the address of the document, or the identifiers. Pinned again, it is changed to this. */
  readonly id?: string;
  /** For the reader; by default the label of the document, or the identifier. */
  readonly label?: string;
}

/** What `verify` takes. */
export interface VerifyOptions {
  /** Called after each block. */
  readonly onProgress?: (progress: VerifyProgress) => void;
}

/** What verifying a pack came to. */
export interface Verified {
  /** Blocks that were damaged or lost. */
  readonly damaged: number;
  /** The pack after what can be had of them was fetched again. */
  readonly pack: PackStatus;
}

/** Of this page. */
const downloads = new Map<string, PackDownload>();

/**
 * Pins images: keeps the bytes of their sources until they are unpinned, so that every region, size and format of them
 * is there without a network. Resolves when all sizes are known and the download has begun. It survives this page: what
 * came is kept, and `resumePacks` goes on. The browser is asked to keep the site's storage.
 * @throws {ImageServerError} 507 with both numbers where it doesn't fit, before anything is fetched; 404 for an unknown
 * image, 422 for a document that is no manifest or collection or holds no image served here, 502 where one can't be had.
 */
export async function pin(target: PinTarget, options: PinOptions = {}): Promise<PackDownload> {
  const desk = workerDesk();
  const { found, works, bytes, held } = await measureWorks(desk, target, options.what);
  const { id = found.id, label = found.label } = options;
  askToPersist();
  const granted = bytes - held;
  await roomFor(desk, granted);
  await stopDownload(id);
  await desk.begin({ id, label, works, documents: found.documents, foreign: found.foreign });
  return startDownload(desk, id, granted);
}

/** Every pack, the oldest first, with what is missing of it. */
export function packs(): Promise<readonly PackStatus[]> {
  return workerDesk().list();
}

/**
 * Goes on with every pack of which something is missing, what could not be had the last time included. To be called when
 * a page opens; those that this page, or another one, is fetching already are not fetched twice.
 */
export async function resumePacks(): Promise<readonly PackDownload[]> {
  const desk = workerDesk();
  const open = (await desk.list()).filter(({ isComplete }) => !isComplete);
  return open.map(({ id }) => downloads.get(id) ?? startDownload(desk, id));
}

/** Removes a pack, and all of its bytes that no other pack holds. */
export async function unpin(id: string): Promise<void> {
  await stopDownload(id);
  await workerDesk().remove({ id });
}

/** Compares every block of a pack with the digest that was noted when it came, and fetches the damaged ones again. */
export async function verify(id: string, { onProgress }: VerifyOptions = {}): Promise<Verified> {
  const desk = workerDesk();
  const damaged = await verifyBlocks(desk, id, onProgress);
  const pack = await (downloads.get(id) ?? startDownload(desk, id)).done;
  return { damaged, pack };
}

/** `granted`: bytes for which room was made. */
function startDownload(desk: PackDesk, id: string, granted = 0): PackDownload {
  const download = new PackDownload(desk, id, {
    wait: packPatience,
    room: (bytes) => roomFor(desk, bytes),
    granted,
    // Several pages may want to go on with a pack: one does, and the next one when that one is closed.
    turn: async (work, signal) => navigator.locks.request(`potto-pack ${id}`, { signal }, work),
  });
  downloads.set(id, download);
  const forget = () => {
    if (downloads.get(id) === download) downloads.delete(id);
  };
  download.done.then(forget, forget);
  return download;
}

async function stopDownload(id: string): Promise<void> {
  const download = downloads.get(id);
  download?.stop();
  await download?.done.catch(() => undefined);
}
