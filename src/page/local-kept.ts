import type { LocalHandle } from '../protocol.ts';
import { keptHandles, type LocalFolder, openLocal, openLocalFolder } from './local.ts';
import { isDirectoryHandle } from './local-folder.ts';

/** A file or a folder of an earlier visit. */
export interface KeptLocal {
  readonly kind: 'file' | 'folder';
  /** As it is known here: the identifier is `local/NAME`. */
  readonly name: string;
  /**
   * `granted`: its images are there as they were. `prompt`: the browser asks the user first, see `reopenLocal`.
   * `denied`: the user said no.
   */
  readonly permission: PermissionState;
  /** The browser's own. */
  readonly handle: LocalHandle;
}

/** Chromium asks before a handle may be used again (File System Access, section 2.5); others have no such calls. */
interface Asking {
  queryPermission?(descriptor: { readonly mode: 'read' }): Promise<PermissionState>;
  requestPermission?(descriptor: { readonly mode: 'read' }): Promise<PermissionState>;
}

const READING = { mode: 'read' } as const;

/** The files and folders that the browser finds again, and whether it lets them be read. */
export async function keptLocals(): Promise<readonly KeptLocal[]> {
  const handles = await keptHandles();
  return Promise.all(
    handles.map(async (handle: LocalHandle & Asking): Promise<KeptLocal> => {
      const kind = handle.kind === 'directory' ? 'folder' : 'file';
      const permission = (await handle.queryPermission?.(READING)) ?? 'granted';
      return { kind, name: handle.name, permission, handle };
    }),
  );
}

/**
 * Opens a file or a folder of an earlier visit again. Where its `permission` is `prompt` the browser asks the user, which
 * it only does in answer to a click or a key. A file counts as a folder of one image.
 * @throws {Error} when the user says no, or it isn't there any more.
 */
export async function reopenLocal({ handle }: Pick<KeptLocal, 'handle'>): Promise<LocalFolder> {
  const asking: LocalHandle & Asking = handle;
  const permission = (await asking.requestPermission?.(READING)) ?? 'granted';
  if (permission !== 'granted') {
    throw new Error(`The browser was not allowed to read “${handle.name}”. Open it again, and allow it when asked.`);
  }
  if (isFolder(handle)) return openLocalFolder(handle);
  const identifier = await openLocal(handle);
  return { name: handle.name, images: [{ identifier, name: handle.name }], isWhole: true };
}

function isFolder(handle: LocalHandle): handle is FileSystemDirectoryHandle {
  return isDirectoryHandle(handle as FileSystemDirectoryHandle);
}
