import { ImageServerError } from '../errors.ts';

/** What went wrong with an image of a pack. */
export interface Trouble {
  readonly identifier: string;
  readonly cause: unknown;
}

/** The keeper of the packs was ended in the middle of a call, which may be repeated. */
export class KeeperLostError extends Error {
  constructor() {
    super('The service worker was ended before it answered.');
    this.name = 'KeeperLostError';
  }
}

/** What helps against trouble. */
export type Reaction =
  /** To ask again. */
  | { readonly kind: 'again' }
  /** To wait, and to ask again then. */
  | { readonly kind: 'wait' }
  /** To begin the image again: it is another one. */
  | { readonly kind: 'renew' }
  /** To go on without this image. */
  | { readonly kind: 'leave' }
  /** Nothing. */
  | { readonly kind: 'fail' };

export function reactionTo(cause: unknown): Reaction {
  if (cause instanceof KeeperLostError) return { kind: 'again' };
  if (!(cause instanceof ImageServerError) || cause.status === 507) return { kind: 'fail' };
  if (cause.status === 409) return { kind: 'renew' };
  return cause.status === 502 || cause.status === 503 || cause.status === 504 ? { kind: 'wait' } : { kind: 'leave' };
}
