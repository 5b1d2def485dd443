import type { PackStatus } from '../packs/desk.ts';
import { exportPackFrom, type TransferOptions } from '../packs/export.ts';
import { importPackTo } from '../packs/import.ts';
import { workerDesk } from './pack-desk.ts';
import { askToPersist, roomFor } from './pack-storage.ts';

/**
 * A pack as one file, read block by block while the stream is: pipe it into a file that the user chose
 * (`showSaveFilePicker`), or make a Blob of it where browsers have no such. It errors with ImageServerError: 404 for an
 * unknown pack, 409 for one of which something is missing.
 */
export function exportPack(id: string, options: TransferOptions = {}): ReadableStream<Uint8Array<ArrayBuffer>> {
  return exportPackFrom(workerDesk(), id, options);
}

/**
 * Takes a pack from a file that `exportPack` wrote, block by block, each held against its digest. The browser is asked to
 * keep the site's storage. Where an image is pinned already in another version, that of the file takes its place.
 * @throws {ImageServerError} 422 where the file is no pack or is damaged; what came before stays, as a pack of which
 * something is missing. 507 with both numbers where it doesn't fit, before anything is kept.
 */
export async function importPack(
  file: Blob | ReadableStream<Uint8Array>,
  options: TransferOptions = {},
): Promise<PackStatus> {
  const desk = workerDesk();
  askToPersist();
  const stream = file instanceof Blob ? file.stream() : file;
  return importPackTo(desk, stream, { ...options, fits: (bytes) => roomFor(desk, bytes) });
}
