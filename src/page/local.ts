import { isLocalWanted, type LocalHandle, type PageMessage } from '../protocol.ts';
import { LOCAL } from '../source/local.ts';
import { fileIn, folderOf } from '../source/local-path.ts';
import { askWorker } from './ask-worker.ts';
import { contentOf, isDirectoryHandle, type LocalFolderLike } from './local-folder.ts';

/** An image among the user's files. */
export interface LocalImage {
  /** `local/NAME` or `local/FOLDER/…/NAME`; slashes are written `%2F` in URLs. */
  readonly identifier: string;
  /** Of the file; in a folder, its way from there. */
  readonly name: string;
}

/** A folder that the user opened, and the images in it. */
export interface LocalFolder {
  /** As it is known here: its images are `local/NAME/…`. */
  readonly name: string;
  /** In the order of their names. */
  readonly images: readonly LocalImage[];
  /** False where the folder has more images, or deeper ones, than are looked for. */
  readonly isWhole: boolean;
}

/** Milliseconds. */
const TAKEN_WITHIN = 10_000;

/** What this page has opened, by name, for a worker that was ended meanwhile. */
const files = new Map<string, File>();
const folders = new Map<string, FileSystemDirectoryHandle>();

/**
 * Makes a file of the user an image of this site at once, without copying or uploading it, and gives its identifier:
 * `local/NAME`, which is written `local%2FNAME` in a URL. Another file of the same name takes its place.
 *
 * A `File` (dropped, or picked) is there while a page that opened it is. A `FileSystemFileHandle` is kept, where the
 * browser can, and the file is there again in later visits as long as the browser lets it be read (`keptLocals` tells).
 * Pin the identifier to have a copy that stays.
 * @throws {Error} when no worker controls the page, or the file can't be read.
 */
export async function openLocal(file: File | FileSystemFileHandle): Promise<string> {
  const { name } = file;
  const isHandle = !(file instanceof File);
  const content = isHandle ? await file.getFile() : file;
  listen();
  forgetHere(name);
  files.set(name, content);
  const isKept = isHandle && (await keep(file));
  if (!isKept) await tell<null>({ potto: 'local-files', files: new Map([[name, content]]) });
  return LOCAL + name;
}

/**
 * Makes the images of a folder images of this site, those in its folders included: `local/FOLDER/NAME`,
 * `local/FOLDER/SUB/NAME`. They are found by their names and none is read or copied. Another folder of the same name
 * takes its place.
 *
 * A folder comes from `showDirectoryPicker`, from a drop (`getAsFileSystemHandle`, `webkitGetAsEntry`), or as the files
 * of an `<input type="file" webkitdirectory>`. Of these only a handle is kept for later visits, as with `openLocal`; what
 * is put into such a folder later is there by its name as well.
 * @throws {Error} when no worker controls the page, or the folder can't be read.
 */
export async function openLocalFolder(folder: LocalFolderLike): Promise<LocalFolder> {
  const { name, images, isWhole } = await contentOf(folder);
  listen();
  forgetHere(name);
  if (isDirectoryHandle(folder)) {
    folders.set(name, folder);
    await keep(folder);
  } else {
    const given = new Map([...images].flatMap(([path, file]) => (file ? [[path, file] as const] : [])));
    for (const [path, file] of given) files.set(path, file);
    await tell<null>({ potto: 'local-files', files: given });
  }
  const list = Array.from(images.keys(), (path) => ({ identifier: LOCAL + path, name: path.slice(name.length + 1) }));
  return { name, images: list, isWhole };
}

/** Handles of earlier visits, kept by the worker. */
export function keptHandles(): Promise<readonly LocalHandle[]> {
  return tell({ potto: 'local-kept' });
}

/** Forgets a file or a folder that was opened. A copy that was pinned stays. */
export async function forgetLocal(name: string): Promise<void> {
  forgetHere(name);
  await tell<null>({ potto: 'local-forget', name });
}

function keep(handle: LocalHandle): Promise<boolean> {
  return tell<boolean>({ potto: 'local-handle', handle });
}

function tell<T>(message: PageMessage): Promise<T> {
  return askWorker<T>(message, TAKEN_WITHIN);
}

function forgetHere(name: string): void {
  folders.delete(name);
  for (const known of files.keys()) if (known === name || known.startsWith(`${name}/`)) files.delete(known);
}

let listening = false;

/** The worker forgets files whenever it is ended, and asks for them again. */
function listen(): void {
  if (listening) return;
  listening = true;
  navigator.serviceWorker.addEventListener('message', ({ data, ports }) => {
    if (!isLocalWanted(data)) return;
    const answer = (file: File | undefined) => ports[0]?.postMessage(file ?? null);
    fileOf(data.name).then(answer, () => answer(undefined));
  });
  navigator.serviceWorker.startMessages();
}

async function fileOf(name: string): Promise<File | undefined> {
  const { folder = '', path = [] } = folderOf(name) ?? {};
  const handle = folders.get(folder);
  return files.get(name) ?? (handle && fileIn(handle, path));
}
