import { ImageServerError } from '../errors.ts';
import type { PackDesk } from '../packs/desk.ts';
import { bytesThatFit } from './bytes-that-fit.ts';
import { workerDesk } from './pack-desk.ts';

/** What there is to keep packs in, in bytes. Browsers round and blur their part of it. */
export interface PackStorage {
  /** Whether the browser has promised not to clear this site's storage by itself. */
  readonly persisted: boolean;
  /** Of the whole site, by the browser's estimate. */
  readonly usage: number;
  /** Bytes that the browser gives this site. */
  readonly quota: number;
  /** Of all packs. */
  readonly pinned: number;
  /** Of answers that are kept to be given again, and that give way to packs. */
  readonly cached: number;
  /** What may be pinned in all, as the worker is configured; undefined where it isn't. */
  readonly budget: number | undefined;
  /** What can still be pinned by both, when all that gives way is gone. */
  readonly free: number;
}

/** The space there is, and whether the browser will keep what is in it. */
export async function packStorage(): Promise<PackStorage> {
  return storageOf(workerDesk());
}

/** Makes room for `bytes` more, of what gives way. @throws {ImageServerError} 507 with both numbers where they don't fit. */
export async function roomFor(desk: PackDesk, bytes: number): Promise<void> {
  const { free, usage, quota } = await storageOf(desk);
  if (bytes > free) throw tooLarge(bytes, free);
  const lacking = usage + bytes - quota;
  if (lacking > 0) await desk.giveWay({ bytes: lacking });
  const fitting = await bytesThatFit(bytes);
  if (fitting === bytes) return;
  await desk.giveWay({ bytes: bytes - fitting });
  const left = await bytesThatFit(bytes);
  if (left < bytes) throw tooLarge(bytes, left);
}

function tooLarge(bytes: number, left: number): ImageServerError {
  return new ImageServerError(
    507,
    `The pack needs ${bytes} bytes more, and there are ${left} left for packs. Remove other packs, or free space on the disk.`,
  );
}

export async function storageOf(desk: PackDesk): Promise<PackStorage> {
  const manager = storageManager();
  const [{ usage = 0, quota = Number.MAX_SAFE_INTEGER } = {}, persisted = false, { budget, used, yielding }] =
    await Promise.all([manager?.estimate(), manager?.persisted(), desk.room()]);
  const left = quota - usage + Math.min(usage, yielding);
  const free = Math.max(0, Math.min(left, (budget ?? Number.POSITIVE_INFINITY) - used));
  return { persisted, usage, quota, pinned: used, cached: yielding, budget, free };
}

/**
 * Asks the browser to keep the site's storage. Some ask the reader, who may take their time or never answer: nobody waits
 * for it, and `packStorage` tells what came of it.
 */
export function askToPersist(): void {
  storageManager()
    ?.persist()
    .catch(() => undefined);
}

/** WebKitGTK has none. */
function storageManager(): StorageManager | undefined {
  return navigator.storage;
}
