import { type LocalImage, openLocal, openLocalFolder } from './local.ts';

/** Chromium's, and lately others' (File System Access, section 3.5). */
interface Handing {
  getAsFileSystemHandle?(): Promise<FileSystemHandle | null>;
}

/** What may become of a dropped item, before the browser takes it away: all of it has to be asked for in the event. */
interface Dropped {
  readonly handle: Promise<FileSystemHandle | null> | undefined;
  readonly entry: FileSystemEntry | null;
  readonly file: File | null;
}

/** Images among what was dropped. */
export interface DroppedImages {
  /** Of all files and folders that were dropped. */
  readonly images: readonly LocalImage[];
  /** False where a folder has more images, or deeper ones, than are looked for. */
  readonly isWhole: boolean;
}

/**
 * Opens what the user dropped, files and folders, in the best way that the browser offers. To be called in the `drop`
 * event itself.
 * @throws {Error} as `openLocal` and `openLocalFolder` do.
 */
export async function openDropped(data: DataTransfer): Promise<DroppedImages> {
  const dropped = [...data.items].filter(({ kind }) => kind === 'file').map(takenFrom);
  const images: LocalImage[] = [];
  let isWhole = true;
  for (const one of dropped) {
    const opened = await openOne(one);
    images.push(...opened.images);
    isWhole &&= opened.isWhole;
  }
  return { images, isWhole };
}

function takenFrom(item: DataTransferItem & Handing): Dropped {
  return { handle: item.getAsFileSystemHandle?.(), entry: item.webkitGetAsEntry(), file: item.getAsFile() };
}

async function openOne({ handle: handed, entry, file }: Dropped): Promise<DroppedImages> {
  const handle = await handed?.catch(() => null);
  if (handle instanceof FileSystemDirectoryHandle) return openLocalFolder(handle);
  if (!handle && entry instanceof FileSystemDirectoryEntry) return openLocalFolder(entry);
  const one = handle instanceof FileSystemFileHandle ? handle : file;
  if (!one) return { images: [], isWhole: true };
  return { images: [{ identifier: await openLocal(one), name: one.name }], isWhole: true };
}
