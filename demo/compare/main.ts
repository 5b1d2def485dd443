import { openLocal, purge, type Stats, stats } from '../../src/page/index.ts';
import { sizeInWords } from '../curator/words.ts';
import { element } from '../elements.ts';
import { photographs } from '../exhibits.ts';
import { failureInWords, imageService, infoUrl } from '../iiif.ts';
import { inWords } from '../notice.ts';
import { readFile } from '../read-file.ts';
import { startWorker } from '../start-worker.ts';
import { createViewer, type Viewer } from '../viewer.ts';
import { type Cost, verdictOf } from './verdict.ts';

/** Longer side of the picture that is drawn from the downloaded file, pixels. */
const PICTURE_BOX = 1024;
/** Milliseconds between two looks at what the worker has read, while there is something to see. */
const REFRESH = 300;

const seconds = new Intl.NumberFormat('en', {
  style: 'unit',
  unit: 'second',
  unitDisplay: 'short',
  maximumSignificantDigits: 2,
});
const state = element('state', HTMLElement);
const again = element('again', HTMLButtonElement);
const work = element('work', HTMLSelectElement);

let viewer: Viewer | undefined;
let completed: () => void = () => undefined;
let before: Stats | undefined;
let fileBytes: number | undefined;

work.replaceChildren(...photographs.map(({ id, title }) => new Option(title, id)));
start().catch(showProblem);

async function start(): Promise<void> {
  again.disabled = true;
  const bucket = await startWorker();
  element('start', HTMLFormElement).addEventListener('submit', (event) => {
    event.preventDefault();
    compare(bucket, work.value).catch(showProblem);
  });
  // Looked at only while tiles come: asking keeps a worker awake.
  new PerformanceObserver(() => refreshSoon()).observe({ type: 'resource' });
  again.disabled = false;
}

/** One after the other, so that neither takes the line from the other. */
async function compare(bucket: string, id: string): Promise<void> {
  again.disabled = work.disabled = true;
  element('problem', HTMLElement).hidden = true;
  element('verdict', HTMLElement).hidden = true;
  clear();
  try {
    state.textContent = 'Potto reads …';
    const potto = await byPotto(id);
    write('first-bytes', sizeInWords(potto.bytes));
    write('first-seconds', seconds.format(potto.milliseconds / 1000));
    state.textContent = 'The whole file is downloaded …';
    const plain = await byDownload(`${bucket}${id}.tif`);
    write('plain-seconds', seconds.format(plain.milliseconds / 1000));
    await showCounts();
    state.textContent = '';
    write('verdict', verdictOf(potto, plain));
    element('verdict', HTMLElement).hidden = false;
  } finally {
    again.disabled = work.disabled = false;
    if (state.textContent?.endsWith('…')) state.textContent = '';
  }
}

/** From nothing. */
async function byPotto(id: string): Promise<Cost> {
  await purge();
  before = await stats();
  const begun = performance.now();
  viewer ??= createViewer({
    viewed: () => undefined,
    openFailed: () => void explain(infoUrl(work.value)),
    tileFailed: (url) => void explain(url),
    tileDegraded: () => undefined,
    complete: () => completed(),
  });
  const there = new Promise<void>((resolve) => {
    completed = resolve;
  });
  viewer.open(infoUrl(id), work.selectedOptions[0]?.textContent ?? id);
  await there;
  const milliseconds = performance.now() - begun;
  return { bytes: (await stats()).sourceBytes - before.sourceBytes, milliseconds };
}

async function byDownload(address: string): Promise<Cost> {
  const bar = element('plain-bar', HTMLProgressElement);
  const begun = performance.now();
  const file = await readFile(address, {
    arrived({ bytes, total }) {
      bar.value = total === undefined ? 0 : bytes / total;
      write('plain-bytes', sizeInWords(bytes));
      if (total !== undefined) write('plain-size', sizeInWords(total));
    },
  });
  fileBytes = file.size;
  bar.value = 1;
  write('plain-size', sizeInWords(file.size));
  write('plain-requests', '1');
  const picture = element('plain-picture', HTMLImageElement);
  picture.src = `${imageService(await openLocal(file))}/full/!${PICTURE_BOX},${PICTURE_BOX}/0/default.jpg`;
  await picture.decode();
  picture.hidden = false;
  return { bytes: file.size, milliseconds: performance.now() - begun };
}

let due = false;
function refreshSoon(): void {
  if (due) return;
  due = true;
  setTimeout(() => {
    due = false;
    void showCounts().catch(() => undefined);
  }, REFRESH);
}

async function showCounts(): Promise<void> {
  if (!before) return;
  const now = await stats();
  const bytes = now.sourceBytes - before.sourceBytes;
  write('bytes', sizeInWords(bytes));
  write('requests', `${now.sourceRequests - before.sourceRequests}`);
  if (fileBytes) element('potto-bar', HTMLProgressElement).value = bytes / fileBytes;
}

function clear(): void {
  for (const id of ['first-bytes', 'first-seconds', 'bytes', 'requests']) write(id, '–');
  for (const id of ['plain-size', 'plain-seconds', 'plain-bytes', 'plain-requests']) write(id, '–');
  for (const id of ['potto-bar', 'plain-bar']) element(id, HTMLProgressElement).value = 0;
  element('plain-picture', HTMLImageElement).hidden = true;
  fileBytes = undefined;
}

async function explain(url: string): Promise<void> {
  const words = await failureInWords(url);
  if (words !== undefined) showProblem(new Error(words));
  completed();
}

function showProblem(reason: unknown): void {
  const problem = element('problem', HTMLElement);
  problem.textContent = inWords(reason);
  problem.hidden = false;
}

function write(id: string, words: string): void {
  element(id, HTMLElement).textContent = words;
}
