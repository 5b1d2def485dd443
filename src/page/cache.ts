import type { CacheStats, Outcome, PageMessage } from '../protocol.ts';
import { askWorker } from './ask-worker.ts';

/** Milliseconds. Figures wait for a write that is under way. */
const FIGURES_WITHIN = 10_000;
/** Milliseconds. Dropping some 10,000 answers one by one takes seconds; all of them together take less. */
const PURGE_WITHIN = 60_000;

/**
 * What the cache holds and how often it was asked: of the image with this identifier, or in all.
 * @throws {Error} when no worker controls the page, it doesn't answer, or its storage can't be read.
 */
export function cacheStats(identifier?: string): Promise<CacheStats> {
  return outcome({ potto: 'cache-stats', identifier }, FIGURES_WITHIN);
}

/**
 * Drops what is cached of the image with this identifier, all pages of it, or everything, and what is known of it: the
 * next request reads it from its source. Resolves when it is gone.
 * @throws {Error} when no worker controls the page, it doesn't answer, or its storage can't be written.
 */
export async function purge(identifier?: string): Promise<void> {
  await outcome<null>({ potto: 'purge', identifier }, PURGE_WITHIN);
}

async function outcome<T>(message: PageMessage, within: number): Promise<T> {
  const answer = await askWorker<Outcome<T>>(message, within);
  if ('error' in answer) throw new Error(answer.error);
  return answer.value;
}
