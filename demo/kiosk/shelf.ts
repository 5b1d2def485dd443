import { catalogue } from '../catalogue.ts';
import { element } from '../elements.ts';
import { infoUrl, thumbnailUrl } from '../iiif.ts';
import type { Work } from './works.ts';

/** Longer side of a thumbnail on a common screen, pixels. */
const THUMBNAIL_BOX = 600;
/** Others that it is offered in, so that a phone need not make that of a large screen. */
const THUMBNAIL_BOXES = [400, THUMBNAIL_BOX, 800, 1200] as const;
/** Width by height: a scroll and a strip of film are shown in part, lest they be lines. */
const RATIOS = { least: 0.6, most: 2.4 };

/**
 * Shows the works as thumbnails in rows; `choose` is told which one was chosen. Each has its place before its thumbnail is
 * there, as far as its shape is known, so that the others don't move when it comes.
 */
export async function showWorks(works: readonly Work[], choose: (index: number) => void): Promise<void> {
  const shapes = await Promise.all(works.map(ratioOf));
  const items = works.map((work, index) => {
    const button = document.createElement('button');
    button.type = 'button';
    const ratio = shapes[index];
    button.append(picture(work, ratio), ...captions(work));
    button.addEventListener('click', () => choose(index));
    const item = document.createElement('li');
    if (ratio !== undefined) setRatio(item, ratio);
    item.append(button);
    return item;
  });
  list().replaceChildren(...items);
}

/** Width by height of a work that is known, or whose bytes are on this machine: no network is waited for. */
async function ratioOf({ pages: [first], isHere }: Work): Promise<number | undefined> {
  const known = catalogue.find(({ id }) => id === first);
  if (known) return known.width / known.height;
  if (!isHere) return undefined;
  try {
    const { width, height } = await (await fetch(infoUrl(first))).json();
    return width > 0 && height > 0 ? width / height : undefined;
  } catch {
    return undefined;
  }
}

function setRatio(item: HTMLElement, ratio: number): void {
  const { least, most } = RATIOS;
  item.style.setProperty('--ratio', `${Math.min(most, Math.max(least, ratio))}`);
}

/** Asks again for thumbnails that could not be had. */
export function showThumbnailsAgain(): void {
  for (const image of list().querySelectorAll<HTMLImageElement>('img.missing')) {
    image.classList.remove('missing');
    image.src = image.currentSrc || image.src;
  }
}

/** Puts the keyboard's focus on a work. */
export function focusWork(index: number): void {
  buttons()[index]?.focus({ preventScroll: false });
}

/** The arrow keys move between the works, also from row to row. True when the key was one of them. */
export function moveFocus(key: string): boolean {
  const all = buttons();
  const at = all.findIndex((button) => button === document.activeElement);
  const moves: Readonly<Record<string, () => number>> = {
    ArrowRight: () => Math.min(at + 1, all.length - 1),
    ArrowLeft: () => Math.max(at - 1, 0),
    ArrowDown: () => (at < 0 ? 0 : inNextRow(all, at, 1)),
    ArrowUp: () => (at < 0 ? 0 : inNextRow(all, at, -1)),
    Home: () => 0,
    End: () => all.length - 1,
  };
  const move = moves[key];
  if (move) focusWork(move());
  return move !== undefined;
}

/** The work that stands nearest to this one in the row below (1) or above (-1); itself where there is no such row. */
function inNextRow(all: readonly HTMLElement[], at: number, direction: 1 | -1): number {
  const boxes = all.map((button) => button.getBoundingClientRect());
  const here = boxes[at];
  if (!here) return at;
  const middle = here.left + here.width / 2;
  const distance = (box: DOMRect) => {
    const rows = direction * (box.top - here.top);
    return rows < 1 ? Number.POSITIVE_INFINITY : rows * innerWidth + Math.abs(box.left + box.width / 2 - middle);
  };
  const distances = boxes.map(distance);
  const least = Math.min(...distances);
  return Number.isFinite(least) ? distances.indexOf(least) : at;
}

function picture({ pages: [first] }: Work, ratio: number | undefined): HTMLElement {
  const image = document.createElement('img');
  image.alt = '';
  image.draggable = false;
  image.decoding = 'async';
  image.addEventListener('load', () => {
    const item = image.closest('li');
    // A thumbnail is in whole pixels, and so not quite of the picture's shape: what stands already would move.
    if (item?.style.getPropertyValue('--ratio') === '') setRatio(item, image.naturalWidth / image.naturalHeight);
    image.classList.add('shown');
  });
  image.addEventListener('error', () => image.classList.add('missing'));
  if (ratio === undefined) image.srcset = `${thumbnailUrl(first, 2 * THUMBNAIL_BOX)} 2x`;
  else offerSizes(image, first, ratio);
  image.src = thumbnailUrl(first, THUMBNAIL_BOX);
  const frame = document.createElement('span');
  frame.className = 'frame';
  frame.append(image);
  return frame;
}

function offerSizes(image: HTMLImageElement, id: string, ratio: number): void {
  const widthIn = (box: number) => Math.round(box * Math.min(1, ratio));
  // About as wide as the style sheet's rows make it.
  image.sizes = `(width < 40rem) 92vw, ${(26 * ratio).toFixed(1)}vw`;
  image.srcset = THUMBNAIL_BOXES.map((box) => `${thumbnailUrl(id, box)} ${widthIn(box)}w`).join(', ');
}

function captions({ title, author, pages }: Work): readonly HTMLElement[] {
  const count = pages.length > 1 ? `${pages.length} pages` : undefined;
  return [caption('title', title), ...[author ?? count ?? []].flat().map((text) => caption('author', text))];
}

function caption(name: string, text: string): HTMLElement {
  const span = document.createElement('span');
  span.className = name;
  span.textContent = text;
  return span;
}

function buttons(): readonly HTMLButtonElement[] {
  return [...list().querySelectorAll('button')];
}

function list(): HTMLUListElement {
  return element('works', HTMLUListElement);
}
