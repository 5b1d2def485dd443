import type { Health } from '../monitoring/health.ts';
import type { Status } from '../monitoring/status.ts';
import type { Outcome, PageMessage } from '../protocol.ts';
import { askWorker } from './ask-worker.ts';

/** Milliseconds. The first answer waits for a script and a database. */
const STATUS_WITHIN = 10_000;
/** Milliseconds: more than the worker gives its sources. */
const HEALTH_WITHIN = 15_000;

/**
 * What the worker that controls this page has counted since counting began, in all its lives: the same as the JSON at
 * `_status`, without asking the network.
 * @throws {Error} when no worker controls the page, or it doesn't answer.
 */
export function status(): Promise<Status> {
  return told({ potto: 'status' }, STATUS_WITHIN);
}

/**
 * Has the worker check its sources, by one byte of an image of each; the same as the JSON at `_health`. What was found
 * lately is told again.
 * @throws {Error} when no worker controls the page, or it doesn't answer.
 */
export function health(): Promise<Health> {
  return told({ potto: 'health' }, HEALTH_WITHIN);
}

async function told<T>(message: PageMessage, within: number): Promise<T> {
  const answer = await askWorker<Outcome<T>>(message, within);
  if ('error' in answer) throw new Error(answer.error);
  return answer.value;
}
