import { ImageServerError } from '../errors.ts';
import type { PackDesk } from '../packs/desk.ts';
import { workerDesk } from './pack-desk.ts';

/** What there is to keep packs in, in bytes. Browsers round and blur their part of it. */
export interface PackStorage {
  /** Whether the browser has promised not to clear this site's storage by itself. */
  readonly persisted: boolean;
  /** Of the whole site, by the browser's estimate. */
  readonly usage: number;
  readonly quota: number;
  /** Of all packs. */
  readonly pinned: number;
  /** What may be pinned in all, as the worker is configured; undefined where it isn't. */
  readonly budget: number | undefined;
  /** What can still be pinned by both. */
  readonly free: number;
}

/** The space there is, and whether the browser will keep what is in it. */
export async function packStorage(): Promise<PackStorage> {
  return storageOf(workerDesk());
}

/** @throws {ImageServerError} 507 with both numbers where `bytes` more don't fit. */
export async function roomFor(desk: PackDesk, bytes: number): Promise<void> {
  const { free } = await storageOf(desk);
  if (bytes <= free) return;
  throw new ImageServerError(
    507,
    `The pack needs ${bytes} bytes more, and there are ${free} left for packs. Remove other packs, or free space on the disk.`,
  );
}

async function storageOf(desk: PackDesk): Promise<PackStorage> {
  const [{ usage = 0, quota = Number.MAX_SAFE_INTEGER }, persisted, { budget, used }] = await Promise.all([
    navigator.storage.estimate(),
    navigator.storage.persisted(),
    desk.room(),
  ]);
  const free = Math.max(0, Math.min(quota - usage, (budget ?? Number.POSITIVE_INFINITY) - used));
  return { persisted, usage, quota, pinned: used, budget, free };
}
