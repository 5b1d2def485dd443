import {
  forgetLocal,
  type KeptLocal,
  keptLocals,
  type LocalImage,
  openDropped,
  openLocal,
  openLocalFolder,
  type PackDownload,
  pin,
  reopenLocal,
} from '../../src/page/index.ts';
import { element } from '../elements.ts';
import { failureInWords, infoUrl } from '../iiif.ts';
import { createViewer, type Viewer } from '../viewer.ts';
import { button, make, show, takeDrops, trying } from './parts.ts';
import { readable } from './words.ts';

/** Images found, and whether these are all. */
interface Found {
  readonly images: readonly LocalImage[];
  readonly isWhole: boolean;
}

/** Chromium's (File System Access, section 3). */
interface Pickers {
  showOpenFilePicker?(options: { readonly multiple: boolean }): Promise<FileSystemFileHandle[]>;
  showDirectoryPicker?(options: { readonly mode: 'read' }): Promise<FileSystemDirectoryHandle>;
}

/** Looking at files of the user's own. `begun`: a copy is being kept. */
export async function startOwnFiles(begun: (download: PackDownload) => void): Promise<void> {
  const problem = element('own-problem', HTMLElement);
  const list = element('own-images', HTMLUListElement);
  let viewer: Viewer | undefined;

  function view({ identifier, name }: LocalImage): void {
    element('stage', HTMLElement).hidden = false;
    const explain = async () => {
      const words = await failureInWords(infoUrl(identifier));
      if (words !== undefined) show(problem, `“${name}” can’t be shown. ${readable(words)}`);
    };
    viewer ??= createViewer({
      viewed: () => undefined,
      openFailed: () => void failed(),
      tileFailed: () => void failed(),
      tileDegraded: () => undefined,
    });
    failed = explain;
    show(problem, undefined);
    for (const one of list.querySelectorAll('button[aria-pressed]')) {
      one.setAttribute('aria-pressed', String(one.textContent === name));
    }
    viewer.open(infoUrl(identifier), name);
  }
  let failed: () => Promise<void> = async () => undefined;

  function entryOf(image: LocalImage): HTMLLIElement {
    const look = button(image.name, () => view(image));
    look.setAttribute('aria-pressed', 'false');
    const copy = button('Keep a copy', async () => {
      copy.disabled = true;
      const download = await trying(problem, () => pin(image.identifier, { label: image.name }));
      if (download) begun(download);
      copy.disabled = false;
    });
    copy.setAttribute('aria-description', image.name);
    return make('li', { className: 'pair' }, look, copy);
  }

  async function open(work: () => Promise<Found>): Promise<void> {
    const found = await trying(problem, work);
    if (!found) return;
    const { images, isWhole } = found;
    const count =
      images.length === 1 ? 'One image' : images.length === 0 ? 'No image was found' : `${images.length} images`;
    element('own-found', HTMLElement).textContent = `${count}${isWhole ? '.' : ': there are more than can be listed.'}`;
    list.replaceChildren(...images.map(entryOf));
    const [first] = images;
    if (first) view(first);
    await showEarlier();
  }

  async function showEarlier(): Promise<void> {
    const kept = await keptLocals();
    element('earlier', HTMLUListElement).replaceChildren(...kept.map(earlierEntry));
  }

  function earlierEntry(kept: KeptLocal): HTMLLIElement {
    const { kind, name } = kept;
    const again = button(`Open the ${kind} “${name}” again`, () => void open(() => reopenLocal(kept)));
    const forget = button('Forget', async () => {
      await trying(problem, () => forgetLocal(name));
      await showEarlier();
    });
    forget.setAttribute('aria-description', name);
    return make('li', { className: 'pair' }, again, forget);
  }

  wirePickers(open);
  takeDrops(element('own-drop', HTMLElement), (data) => void open(openDroppedNow(data)));
  await showEarlier();
}

/** The browser takes what was dropped away when its event is over. */
function openDroppedNow(data: DataTransfer): () => Promise<Found> {
  const opened = openDropped(data);
  return () => opened;
}

function wirePickers(open: (work: () => Promise<Found>) => Promise<void>): void {
  const files = element('own-file', HTMLInputElement);
  const folder = element('own-folder', HTMLInputElement);
  const pickers: Window & Pickers = window;
  element('own-pick', HTMLButtonElement).addEventListener('click', () => {
    if (pickers.showOpenFilePicker)
      void open(async () => openFiles(await pickers.showOpenFilePicker?.({ multiple: true })));
    else files.click();
  });
  element('own-pick-folder', HTMLButtonElement).addEventListener('click', () => {
    const picked = async () => {
      const handle = await pickers.showDirectoryPicker?.({ mode: 'read' });
      return handle ? openLocalFolder(handle) : { images: [], isWhole: true };
    };
    if (pickers.showDirectoryPicker) void open(picked);
    else folder.click();
  });
  files.addEventListener('change', () => void open(() => openFiles([...(files.files ?? [])])));
  folder.addEventListener('change', () => void open(() => openLocalFolder([...(folder.files ?? [])])));
}

async function openFiles(picked: readonly (File | FileSystemFileHandle)[] = []): Promise<Found> {
  const images: LocalImage[] = [];
  for (const file of picked) images.push({ identifier: await openLocal(file), name: file.name });
  return { images, isWhole: true };
}
