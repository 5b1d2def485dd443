import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { keyOf, type MetadataTable, readMetadataTable } from './metadata-csv.ts';
import type { Work } from './scans.ts';

interface FoundTable {
  readonly table: MetadataTable;
  /** Absolute path of the file; undefined where there is none. */
  readonly path: string | undefined;
}

/**
 * Reads the table that is named, or `metadata.csv` among the scans, where there is one.
 * @throws {Error} in words where it can't be read.
 */
export async function readTableOf({
  scans,
  metadata,
}: {
  readonly scans: string;
  readonly metadata?: string | undefined;
}): Promise<FoundTable> {
  const path = resolve(metadata ?? join(scans, 'metadata.csv'));
  const bytes = await readFile(path).catch((cause: unknown) => {
    if (metadata === undefined) return undefined;
    throw new Error(`The table of metadata ${metadata} can't be read.`, { cause });
  });
  if (bytes === undefined) return { table: new Map(), path: undefined };
  return { table: readMetadataTable(textOf(bytes)), path };
}

/** Spreadsheets write UTF-8, UTF-16 with a mark, or what Windows had before. */
function textOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** Names in the table that are neither a scan's nor a work's: as a rule a slip of the pen. */
export function rowsWithoutScan(table: MetadataTable, works: readonly Work[]): readonly string[] {
  const names = works.flatMap((work) => [work.name, ...work.scans.map(({ name }) => name)]).map(keyOf);
  const known = new Set([...names, ...names.map((name) => name.replace(/\.\w{2,5}$/, ''))]);
  return [...table.keys()].filter((key) => !known.has(key));
}
