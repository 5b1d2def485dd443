import type { KeptAnswer } from './derivatives.ts';

/**
 * Bytes of a stored answer beside its key, headers and content. Chromium's Cache Storage keeps each in a file of its own,
 * with what it needs to know of the response; the ledger's record comes to the rest.
 */
const OVERHEAD = 1024;

/** What an answer takes of the storage, as nearly as can be told. */
export function entryBytes(key: string, { bytes, headers }: KeptAnswer): number {
  let length = OVERHEAD + key.length + bytes.length;
  headers.forEach((value, name) => {
    length += name.length + value.length;
  });
  return length;
}
