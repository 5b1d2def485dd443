import { isLocalWanted } from '../protocol.ts';
import { LOCAL } from '../source/local.ts';
import { askWorker } from './ask-worker.ts';

/** Milliseconds. */
const TAKEN_WITHIN = 10_000;

/** Files that this page has opened, by name. */
const files = new Map<string, File>();

/**
 * Makes a file of the user an image of this site at once, without copying or uploading it, and gives its identifier:
 * `local/NAME`, which is written `local%2FNAME` in a URL. Another file of the same name takes its place.
 *
 * A `File` (dropped, or picked) is there while a page that opened it is. A `FileSystemFileHandle` is kept, where the
 * browser can, and the file is there again in later visits as long as the browser lets it be read. Pin the identifier to
 * have a copy that stays.
 * @throws {Error} when no worker controls the page, or the file can't be read.
 */
export async function openLocal(file: File | FileSystemFileHandle): Promise<string> {
  const { name } = file;
  const isHandle = !(file instanceof File);
  const content = isHandle ? await file.getFile() : file;
  listen();
  files.set(name, content);
  const isKept = isHandle && (await askWorker<boolean>({ potto: 'local-handle', name, handle: file }, TAKEN_WITHIN));
  if (!isKept) await askWorker<null>({ potto: 'local-file', name, file: content }, TAKEN_WITHIN);
  return LOCAL + name;
}

let listening = false;

/** The worker forgets files whenever it is ended, and asks for them again. */
function listen(): void {
  if (listening) return;
  listening = true;
  navigator.serviceWorker.addEventListener('message', ({ data, ports }) => {
    if (isLocalWanted(data)) ports[0]?.postMessage(files.get(data.name) ?? null);
  });
  navigator.serviceWorker.startMessages();
}
