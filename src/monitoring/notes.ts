import type { AnswerReport } from '../options.ts';
import type { ErrorNote } from './error-note.ts';
import { redact, redactedPath } from './redact.ts';

/** An answer of status 400 and above, and when it was given, in milliseconds since 1970. */
export interface FailedAnswer extends AnswerReport {
  readonly time: number;
}

/** Causes of one error that are told; they may lead in a circle. */
const MOST_CAUSES = 8;

/** What is told of an answer that failed, without secrets. */
export function noteOf({ time, route, method, url, source, status, error }: FailedAnswer): ErrorNote {
  const [first = '', ...causes] = chainOf(error);
  const message = error === undefined ? `It was answered ${status}.` : first;
  return { time, route, method, path: redactedPath(url), source, status, message, causes };
}

function chainOf(error: unknown): readonly string[] {
  const words: string[] = [];
  for (let cause = error, depth = 0; cause !== undefined && cause !== null && depth < MOST_CAUSES; depth++) {
    words.push(redact(inWords(cause, depth)));
    cause = typeof cause === 'object' && 'cause' in cause ? cause.cause : undefined;
  }
  return words;
}

function inWords(cause: unknown, depth: number): string {
  if (cause instanceof Error)
    return depth === 0 && cause.name === 'ImageServerError' ? cause.message : `${cause.name}: ${cause.message}`;
  // Sources tell the status of what they got in this way; other objects may hold anything.
  if (typeof cause === 'object' && cause !== null) {
    return 'status' in cause && typeof cause.status === 'number' ? `The source answered ${cause.status}` : 'An object';
  }
  return String(cause);
}
