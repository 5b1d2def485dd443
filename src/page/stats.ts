import type { Stats } from '../protocol.ts';
import { askWorker } from './ask-worker.ts';

/** A worker that doesn't answer within this many milliseconds is busy starting or gone. */
const ANSWER_WITHIN = 5000;

/**
 * Asks the worker that controls this page what it has done since it started.
 * @throws {Error} when no worker controls the page, or it doesn't answer.
 */
export function stats(): Promise<Stats> {
  return askWorker<Stats>({ potto: 'stats' }, ANSWER_WITHIN);
}
