import type { KeptAnswer } from './derivatives.ts';

/**
 * Bytes of a stored answer beside its key, headers and content. In Chromium, Cache Storage tells of 650 for each; the
 * ledger's records, with what is no longer true in a database that is written as a log, come to as much again and more.
 */
const OVERHEAD = 2048;

/** What an answer takes of the storage, as nearly as can be told. */
export function entryBytes(key: string, { bytes, headers }: KeptAnswer): number {
  let length = OVERHEAD + key.length + bytes.length;
  headers.forEach((value, name) => {
    length += name.length + value.length;
  });
  return length;
}
