import { readInfo, usePotto } from '../../src/openseadragon/index.ts';
import { type LocalImage, openDropped, openLocal } from '../../src/page/index.ts';
import { button, make, show, takeDrops, trying } from '../curator/parts.ts';
import { readable, sizeInWords } from '../curator/words.ts';
import { element } from '../elements.ts';
import { failureInWords, infoUrl } from '../iiif.ts';
import { readFile } from '../read-file.ts';
import { startWorker } from '../start-worker.ts';
import { createViewer, type Viewer } from '../viewer.ts';
import { elsewhere, fetchByRange, openByRange } from './by-range.ts';
import { hideFacts, type ShownImage, showFacts } from './facts.ts';
import { openPicker } from './picker.ts';

/** Images found, and whether these are all. */
interface Found {
  readonly images: readonly LocalImage[];
  /** One that is read where it is. */
  readonly ranged?: ShownImage;
  readonly isWhole: boolean;
}

const problem = element('problem', HTMLElement);
const list = element('images', HTMLUListElement);

let shown: ShownImage | undefined;
let begun = 0;
let viewer: Viewer | undefined;
let download: AbortController | undefined;

const started = startWorker();
void trying(problem, () => started).then(() => openAddressOfPage());

openPicker((opened) => void open(opened));
takeDrops(document.body, (data) => {
  // The browser takes what was dropped away when its event is over.
  const opened = openDropped(data);
  void open(() => opened);
});
element('by-address', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  void open(() => fromAddress(element('address', HTMLInputElement).value));
});
element('stop', HTMLButtonElement).addEventListener('click', () => download?.abort());

/** `?url=ADDRESS` opens it at once: something to link to. */
function openAddressOfPage(): void {
  const address = new URL(location.href).searchParams.get('url');
  if (address === null || address === '') return;
  element('address', HTMLInputElement).value = address;
  void open(() => fromAddress(address));
}

async function open(work: () => Promise<Found>): Promise<void> {
  begun = performance.now();
  const found = await trying(problem, async () => {
    await started;
    return work();
  });
  if (!found) return;
  const { images, ranged, isWhole } = found;
  const count =
    ranged || images.length === 1
      ? 'One image'
      : images.length === 0
        ? 'No image was found'
        : `${images.length} images`;
  element('found', HTMLElement).textContent = `${count}${isWhole ? '.' : ': there are more than can be listed.'}`;
  list.replaceChildren(...(images.length > 1 ? images.map(entryOf) : []));
  const [first] = images;
  const chosen = ranged ?? (first && served(first));
  if (chosen) view(chosen);
}

/** As the worker answers for it. */
function served({ identifier, name }: LocalImage): ShownImage {
  return { name, infoUrl: infoUrl(identifier), fetch: (url) => fetch(url), isPublic: true };
}

function entryOf(image: LocalImage): HTMLLIElement {
  const look = button(image.name, () => {
    begun = performance.now();
    view(served(image));
  });
  look.dataset.id = image.identifier;
  return make('li', {}, look);
}

function view(image: ShownImage): void {
  shown = image;
  show(problem, undefined);
  hideFacts();
  element('stage', HTMLElement).hidden = false;
  for (const one of list.querySelectorAll('button')) {
    one.setAttribute('aria-pressed', String(infoUrl(one.dataset.id ?? '') === image.infoUrl));
  }
  viewer ??= createViewer({
    viewed: () => undefined,
    openFailed: () => void explain(shown?.infoUrl ?? ''),
    tileFailed: (url) => void explain(url),
    tileDegraded: () => undefined,
    made: (made) => void usePotto(made, { fetch: fetchByRange, within: elsewhere }),
    complete: () => {
      if (shown) void showFacts(shown, performance.now() - begun);
    },
  });
  const opened = viewer;
  if (image.isPublic) opened.open(image.infoUrl, image.name);
  else
    void readInfo(image.infoUrl, image.fetch).then(
      (info) => shown === image && opened.open(info, image.name),
      () => void explain(image.infoUrl),
    );
}

async function explain(url: string): Promise<void> {
  const image = shown;
  // Tiles fail by the dozen, for one reason.
  if (!image || !problem.hidden) return;
  const words = await failureInWords(url, (input) => image.fetch(String(input)));
  if (words === undefined || image !== shown) return;
  hideFacts();
  element('stage', HTMLElement).hidden = true;
  show(problem, `“${image.name}” can’t be shown. ${readable(words)}`);
}

/** A file is read where it is, as far as it is looked at; as a whole only where its server knows no ranges. */
async function fromAddress(address: string): Promise<Found> {
  const bucket = await started;
  if (address.startsWith(bucket)) {
    const key = decodeURIComponent(address.slice(bucket.length).replace(/[?#].*$/, ''));
    return { images: [{ identifier: `files:${key}`, name: key }], isWhole: true };
  }
  download?.abort();
  const info = await openByRange(address);
  if (info !== undefined) {
    const name = new URL(address).pathname.split('/').at(-1) ?? address;
    return { images: [], ranged: { name, infoUrl: info, fetch: fetchByRange, isPublic: false }, isWhole: true };
  }
  const own = new AbortController();
  download = own;
  const progress = element('progress', HTMLElement);
  progress.hidden = false;
  showArrival(0, undefined);
  try {
    const file = await readFile(address, {
      signal: own.signal,
      arrived: ({ bytes, total }) => showArrival(bytes, total),
    });
    return { images: [{ identifier: await openLocal(file), name: file.name }], isWhole: true };
  } finally {
    if (download === own) progress.hidden = true;
  }
}

function showArrival(bytes: number, total: number | undefined): void {
  const bar = element('bar', HTMLProgressElement);
  if (total === undefined) bar.removeAttribute('value');
  else bar.value = bytes / total;
  const of = total === undefined ? '' : ` of ${sizeInWords(total)}`;
  element('progress-words', HTMLElement).textContent = `${sizeInWords(bytes)}${of}`;
}
