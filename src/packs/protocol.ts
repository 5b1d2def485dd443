import type { PackDesk } from './desk.ts';

/** A call of the keeper of packs, as a message. */
export type PackCall = {
  readonly [Name in keyof PackDesk]: { readonly name: Name; readonly ask: Parameters<PackDesk[Name]>[0] };
}[keyof PackDesk];

/** Page → worker, with a port for the answer. */
export type PackMessage =
  /** Answered by a `PackAnswer`. `id` tells this call from all others. */
  | { readonly potto: 'pack'; readonly id: string; readonly call: PackCall }
  /** Answered by whether the worker is at that call. */
  | { readonly potto: 'pack-alive'; readonly id: string };

/** Worker → page. */
export type PackAnswer<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'failed'; readonly status: number; readonly message: string };
