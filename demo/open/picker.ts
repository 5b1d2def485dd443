import { type LocalImage, openLocal } from '../../src/page/index.ts';
import { element } from '../elements.ts';

interface Picked {
  readonly images: readonly LocalImage[];
  readonly isWhole: boolean;
}

/** Chromium's (File System Access, section 3): a file that is opened by it is found again on a later visit. */
interface Pickers {
  showOpenFilePicker?(options: { readonly multiple: boolean }): Promise<FileSystemFileHandle[]>;
}

/** Makes the page's button choose files, in the best way that the browser offers. */
export function openPicker(open: (work: () => Promise<Picked>) => void): void {
  const files = element('file', HTMLInputElement);
  const pickers: Window & Pickers = window;
  element('pick', HTMLButtonElement).addEventListener('click', () => {
    if (pickers.showOpenFilePicker)
      open(async () => openAll((await pickers.showOpenFilePicker?.({ multiple: true })) ?? []));
    else files.click();
  });
  files.addEventListener('change', () => open(() => openAll([...(files.files ?? [])])));
}

async function openAll(picked: readonly (File | FileSystemFileHandle)[]): Promise<Picked> {
  const images: LocalImage[] = [];
  for (const file of picked) images.push({ identifier: await openLocal(file), name: file.name });
  return { images, isWhole: true };
}
