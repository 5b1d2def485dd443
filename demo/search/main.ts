import { element } from '../elements.ts';
import { inWords } from '../notice.ts';
import { startWorker } from '../start-worker.ts';
import { createGrid } from './grid.ts';
import { found, results } from './results.ts';

/** Name of the question in the page's address. */
const QUESTION = 'q';

const question = element('question', HTMLInputElement);
const grid = createGrid(element('results', HTMLUListElement), results);

question.value = new URL(location.href).searchParams.get(QUESTION) ?? '';
show();
question.addEventListener('input', () => {
  show();
  remember();
});
element('search', HTMLFormElement).addEventListener('submit', (event) => {
  event.preventDefault();
  grid.focusFirst();
});
addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.target === question || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  question.select();
});
start().catch((reason: unknown) => {
  const problem = element('problem', HTMLElement);
  problem.textContent = inWords(reason);
  problem.hidden = false;
});

async function start(): Promise<void> {
  // Who has been here before need not wait for the worker.
  if (navigator.serviceWorker?.controller) grid.showThumbnails();
  await startWorker();
  grid.showThumbnails();
  addEventListener('online', grid.showThumbnails);
}

function show(): void {
  const shown = found(question.value);
  grid.show(new Set(shown));
  const words = shown.length === 1 ? '1 picture' : `${shown.length} pictures`;
  element('count', HTMLElement).textContent = shown.length === 0 ? 'Nothing has these words. Try fewer.' : words;
}

function remember(): void {
  const address = new URL(location.href);
  if (question.value === '') address.searchParams.delete(QUESTION);
  else address.searchParams.set(QUESTION, question.value);
  history.replaceState(undefined, '', address);
}
