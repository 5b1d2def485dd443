import type { Sleep } from './abort.ts';
import type { Breakers } from './breakers.ts';
import type { ObjectFacts } from './object-facts.ts';
import type { OriginSlots } from './origin-slots.ts';

/** Milliseconds for one read with its waiting, its attempts and its body; viewers give up after 30 s as well. */
export const READ_DEADLINE = 30_000;
/** Bytes. A whole object is taken in place of a range up to here; beyond, its download is stopped. */
export const WHOLE_OBJECT_LIMIT = 1 << 20;
/** Bytes. Nothing that is read at once in an image is longer; a longer range comes from a damaged file. */
export const READ_LENGTH_LIMIT = 256 << 20;

/** Everything has a default; all but `known` is for tests. */
export interface HttpOptions {
  /** What was seen of the object before: an answer that tells something else is a SourceChangedError. */
  readonly known?: ObjectFacts | undefined;
  readonly fetch?: typeof globalThis.fetch | undefined;
  readonly sleep?: Sleep | undefined;
  /** Waits for MOMENT, while more reads may come that could go along. */
  readonly moment?: (() => Promise<void>) | undefined;
  /** A number in [0, 1), for the jitter between attempts. */
  readonly random?: (() => number) | undefined;
  /** Default: those that all sources of this process share. */
  readonly slots?: OriginSlots | undefined;
  /** What is known of the origins. Default: breakers of this source's own. */
  readonly breakers?: Breakers | undefined;
  /** Milliseconds for one read with its waiting, its attempts and its body; default READ_DEADLINE. */
  readonly deadline?: number | undefined;
}
