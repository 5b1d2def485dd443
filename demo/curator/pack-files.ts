import { exportPack, type TransferProgress } from '../../src/page/index.ts';

type Told = (progress: TransferProgress) => void;

/** Chromium's (File System Access, section 3.2). */
interface SavePicker {
  showSaveFilePicker?(options: { readonly suggestedName: string }): Promise<FileSystemFileHandle>;
}

const ENDING = '.potto-pack';

/**
 * Writes a pack into a file that the user names, or downloads it where browsers don't let them. False when it was
 * downloaded: then nobody knows whether all of it has reached the disk.
 */
export async function exportToFile(id: string, label: string, onProgress: Told): Promise<boolean> {
  const suggestedName = fileName(label);
  const { showSaveFilePicker }: SavePicker = window as Window & SavePicker;
  if (showSaveFilePicker) {
    const file = await showSaveFilePicker.call(window, { suggestedName });
    await exportPack(id, { onProgress }).pipeTo(await file.createWritable());
    return true;
  }
  // The browser keeps a large Blob on its disk.
  const url = URL.createObjectURL(await new Response(exportPack(id, { onProgress })).blob());
  const link = document.createElement('a');
  link.href = url;
  link.download = suggestedName;
  link.click();
  // The download has the Blob by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  return false;
}

/** What every file system takes. */
function fileName(label: string): string {
  const plain = label.replace(/[^\p{L}\p{N} ,.-]+/gu, ' ').trim();
  return `${plain.slice(0, 80) || 'pack'}${ENDING}`;
}
