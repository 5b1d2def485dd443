import { iiifBase } from '../iiif.ts';
import { hashOfRegion } from '../region-hash.ts';
import { siteUrl } from '../site-url.ts';
import type { Result } from './results.ts';

/** As many as the first screen of a large window shows: these don't wait for the layout. */
const AT_ONCE = 24;

export interface Grid {
  /** Shows these and hides the others. */
  show(wanted: ReadonlySet<Result>): void;
  /** Asks for those thumbnails that aren't there yet, each when it comes near the window. */
  showThumbnails(): void;
  focusFirst(): void;
}

/** All results as a list of links; the arrow keys lead from one to the next. */
export function createGrid(list: HTMLUListElement, results: readonly Result[]): Grid {
  const entries = new Map(results.map((result, index) => [result, entryOf(result, index < AT_ONCE)]));
  list.replaceChildren(...entries.values());
  const links = () => [...list.querySelectorAll<HTMLAnchorElement>('li:not([hidden]) > a')];
  list.addEventListener('keydown', (event) => {
    const shown = links();
    const at = event.target instanceof HTMLAnchorElement ? shown.indexOf(event.target) : -1;
    const next = at < 0 ? undefined : shown[at + stepOf(event, shown, at)];
    if (!next || next === event.target) return;
    event.preventDefault();
    next.focus();
  });
  return {
    show(wanted) {
      for (const [result, entry] of entries) entry.hidden = !wanted.has(result);
    },
    showThumbnails() {
      for (const [{ thumbnail }, entry] of entries) {
        const picture = entry.querySelector('img');
        if (picture && (picture.src === '' || picture.classList.contains('missing')))
          load(picture, iiifBase + thumbnail.path);
      }
    },
    focusFirst: () => links()[0]?.focus(),
  };
}

function load(picture: HTMLImageElement, url: string): void {
  picture.classList.remove('missing');
  // The same address again is no new request.
  picture.removeAttribute('src');
  picture.src = url;
}

function entryOf({ id, region, title, of, thumbnail: { width, height } }: Result, atOnce: boolean): HTMLLIElement {
  const picture = document.createElement('img');
  Object.assign(picture, { alt: '', width, height, decoding: 'async', loading: atOnce ? 'eager' : 'lazy' });
  picture.addEventListener('error', () => picture.classList.add('missing'));
  const name = document.createElement('span');
  name.className = 'name';
  name.textContent = title;
  const source = document.createElement('span');
  source.className = 'of';
  source.textContent = of === undefined ? 'the whole picture' : of;
  const link = document.createElement('a');
  link.href = new URL(`work/${hashOfRegion(id, region)}`, siteUrl).href;
  link.append(picture, name, source);
  const entry = document.createElement('li');
  entry.append(link);
  return entry;
}

/** By how many links the key moves. */
function stepOf({ key }: KeyboardEvent, links: readonly HTMLAnchorElement[], at: number): number {
  if (key === 'ArrowRight') return 1;
  if (key === 'ArrowLeft') return -1;
  if (key === 'Home') return -at;
  if (key === 'End') return links.length - 1 - at;
  if (key === 'ArrowDown') return columnsOf(links);
  if (key === 'ArrowUp') return -columnsOf(links);
  return 0;
}

function columnsOf(links: readonly HTMLAnchorElement[]): number {
  const top = links[0]?.offsetTop;
  const below = links.findIndex((link) => link.offsetTop !== top);
  return below < 0 ? links.length : below;
}
