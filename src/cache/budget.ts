/** How much of the storage the cache may take. */
export interface CacheBudget {
  /** Most bytes, above 0. */
  readonly bytes?: number;
  /** Most of what the browser grants this site in all, above 0 and up to 1. */
  readonly share?: number;
}

/** Bytes: some 30,000 tiles. */
export const DEFAULT_CACHE_BYTES = 2 ** 30;
export const DEFAULT_CACHE_SHARE = 0.2;

/** @throws {TypeError} in words, when the budget can't work. */
export function checkBudget({ bytes = DEFAULT_CACHE_BYTES, share = DEFAULT_CACHE_SHARE }: CacheBudget): void {
  if (!(Number.isInteger(bytes) && bytes > 0)) {
    throw new TypeError(`cache.bytes is ${bytes}; it must be a whole number of bytes above 0.`);
  }
  if (!(share > 0 && share <= 1)) throw new TypeError(`cache.share is ${share}; it must be above 0 and at most 1.`);
}

/**
 * Bytes that the cache may take: the bytes or the share of the quota, whichever is less. `storage` tells the quota, which
 * it needn't know, and which may be more than there is: a write that fails for want of room tells better.
 */
export async function budgetBytes(
  { bytes = DEFAULT_CACHE_BYTES, share = DEFAULT_CACHE_SHARE }: CacheBudget,
  storage: Pick<StorageManager, 'estimate'> | undefined,
): Promise<number> {
  const { quota = Number.POSITIVE_INFINITY } = (await storage?.estimate().catch(() => undefined)) ?? {};
  return Math.min(bytes, Math.floor(share * quota));
}
