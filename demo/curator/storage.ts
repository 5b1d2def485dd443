import { type PackStorage, packStorage } from '../../src/page/index.ts';
import { element } from '../elements.ts';
import { sizeInWords } from './words.ts';

/** The bar is drawn in a box of this width. */
const BAR_WIDTH = 100;

/** Shows the space there is. */
export async function showStorage(): Promise<void> {
  const storage = await packStorage();
  const { pinned, cached, budget, free, persisted } = storage;
  write('pinned', pinned);
  write('cached', cached);
  write('free', free);
  element('budget-fact', HTMLElement).hidden = budget === undefined;
  if (budget !== undefined) write('budget', budget);
  showShares(storage);
  element('persist', HTMLElement).hidden = persisted;
  element('persisted', HTMLElement).textContent = persisted
    ? 'The browser has promised to keep it, even when the disk gets full.'
    : 'The browser has not promised to keep it: it may clear this site when the disk gets full, and Safari after seven days without a visit.';
}

/** Makes the button ask the browser. */
export function wireStorage(): void {
  element('persist', HTMLButtonElement).addEventListener('click', async () => {
    const isGranted = await navigator.storage.persist();
    element('persist-answer', HTMLElement).textContent = isGranted
      ? 'The browser agreed.'
      : 'The browser did not agree this time. Installing this site as an app, or setting a bookmark, often convinces it.';
    await showStorage();
  });
}

function write(id: string, bytes: number): void {
  element(id, HTMLElement).textContent = sizeInWords(bytes);
}

function showShares({ pinned, cached, free }: PackStorage): void {
  const bars = element('shares', SVGSVGElement).querySelectorAll('rect');
  let x = 0;
  for (const [index, part] of [pinned, cached].entries()) {
    const width = (part / Math.max(1, pinned + free)) * BAR_WIDTH;
    bars[index]?.setAttribute('x', `${x}`);
    bars[index]?.setAttribute('width', `${width}`);
    x += width;
  }
}
