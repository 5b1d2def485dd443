/** Names of files that are tried as images: each kind that is opened, and its usual names. */
const IMAGE_NAME = /\.(tiff?|ptiff?|btf|svs|jp2|jpx|jpf|j2k|j2c|jpc|jph|jhc|jpe?g|jfif|png|webp|avif|gif)$/i;

/** Images of one folder: a list that a reader can still look through. */
export const MOST_IMAGES = 5000;
/** Entries looked at, whatever they are: reading a folder of a network drive takes a millisecond for each. */
export const MOST_ENTRIES = 50_000;
/** Folders in folders; links may lead in a circle. */
export const DEEPEST = 12;

/** A folder as pages get one: by a handle, by dropping it, or as the files of an `<input webkitdirectory>`. */
export type LocalFolderLike = FileSystemDirectoryHandle | FileSystemDirectoryEntry | Iterable<File>;

/** The images of a folder, with their ways from it (`FOLDER/SUB/NAME`). */
export interface FolderContent {
  readonly name: string;
  /** In the order of their names. The file itself, where the folder can't be kept by a handle. */
  readonly images: ReadonlyMap<string, File | undefined>;
  /** Whether these are all: a folder may have more images, or deeper ones, than are looked at. */
  readonly isWhole: boolean;
}

/** What is found in a folder, one after the other; `undefined` where it lies too deep. */
type Found = { readonly path: string; readonly file?: (() => Promise<File>) | undefined } | undefined;

export function isDirectoryHandle(folder: LocalFolderLike): folder is FileSystemDirectoryHandle {
  return 'kind' in folder && folder.kind === 'directory';
}

/** Finds the images of a folder by their names, and reads none of them. */
export async function contentOf(folder: LocalFolderLike): Promise<FolderContent> {
  if (isDirectoryHandle(folder)) return gathered(folder.name, inHandle(folder, folder.name, 1));
  if ('isDirectory' in folder) return gathered(folder.name, inEntry(folder, folder.name, 1));
  const files = [...folder];
  const [first] = files[0]?.webkitRelativePath.split('/') ?? [];
  return gathered(first || 'folder', inList(files));
}

async function gathered(name: string, found: AsyncIterable<Found>): Promise<FolderContent> {
  const images: [string, File | undefined][] = [];
  let entries = 0;
  let isWhole = true;
  for await (const one of found) {
    entries += 1;
    if (one && IMAGE_NAME.test(one.path)) images.push([one.path, await one.file?.()]);
    isWhole &&= one !== undefined && images.length <= MOST_IMAGES && entries <= MOST_ENTRIES;
    if (images.length > MOST_IMAGES || entries > MOST_ENTRIES) break;
  }
  const { compare } = new Intl.Collator(undefined, { numeric: true });
  images.sort(([a], [b]) => compare(a, b));
  return { name, images: new Map(images.slice(0, MOST_IMAGES)), isWhole };
}

async function* inHandle(folder: FileSystemDirectoryHandle, path: string, depth: number): AsyncGenerator<Found> {
  for await (const [name, handle] of folder.entries()) {
    const inner = `${path}/${name}`;
    if (handle.kind === 'file') yield { path: inner };
    else if (depth === DEEPEST) yield undefined;
    else yield* inHandle(handle, inner, depth + 1);
  }
}

async function* inEntry(folder: FileSystemDirectoryEntry, path: string, depth: number): AsyncGenerator<Found> {
  const reader = folder.createReader();
  for (;;) {
    // Some at a time, until none come any more (File and Directory Entries API, section 7.3).
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return;
    for (const entry of some) {
      const inner = `${path}/${entry.name}`;
      if (isFileEntry(entry))
        yield { path: inner, file: () => new Promise((done, failed) => entry.file(done, failed)) };
      else if (depth === DEEPEST) yield undefined;
      else if (isDirectoryEntry(entry)) yield* inEntry(entry, inner, depth + 1);
    }
  }
}

async function* inList(files: readonly File[]): AsyncGenerator<Found> {
  for (const file of files) {
    const path = file.webkitRelativePath || `folder/${file.name}`;
    yield path.split('/').length > DEEPEST + 1 ? undefined : { path, file: async () => file };
  }
}

function isFileEntry(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isDirectoryEntry(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
