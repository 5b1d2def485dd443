import type { Connection } from './connection.ts';
import { stepOf } from './strip-keys.ts';
import { type Words, withNumbers } from './words.ts';
import type { Work } from './work.ts';

/** The thumbnails below the image. */
export interface Strip {
  /** Marks this page, counted from 0, and brings its thumbnail into view. */
  mark(page: number): void;
  /** Gives up what is being loaded, and the memory of what was. */
  clear(): void;
}

export interface StripOptions {
  readonly work: Work;
  readonly words: Words;
  readonly connection: Connection;
  readonly choose: (page: number) => void;
}

/**
 * Fills the element with a thumbnail for each page, each loaded when it comes near to being seen. It is one stop of the Tab
 * key, as a book of 600 pages would be 600 otherwise: the arrow keys, Home and End lead from page to page.
 */
export function fillStrip(element: HTMLElement, { work, words, connection, choose }: StripOptions): Strip {
  const stop = new AbortController();
  const urls: string[] = [];
  const list = document.createElement('ol');
  const buttons = work.pages.map(({ label, language = '' }, page) => {
    const button = label
      ? thumbnailButton(label, language)
      : thumbnailButton(withNumbers(words.page, { page: page + 1 }), '');
    button.addEventListener('click', () => choose(page));
    const item = document.createElement('li');
    item.append(button);
    list.append(item);
    return button;
  });
  element.dir = work.isRightToLeft ? 'rtl' : 'ltr';
  element.setAttribute('aria-label', words.pages);
  element.replaceChildren(list);

  let stopAt: HTMLButtonElement | undefined;
  let marked: HTMLButtonElement | undefined;

  /** Makes this one the stop of the Tab key, and brings it into view. */
  function lead(button: HTMLButtonElement): void {
    if (stopAt) stopAt.tabIndex = -1;
    stopAt = button;
    button.tabIndex = 0;
    const { left, width } = button.getBoundingClientRect();
    const frame = element.getBoundingClientRect();
    // Not scrollIntoView, which scrolls the page around the viewer too.
    element.scrollLeft += left + width / 2 - (frame.left + frame.width / 2);
  }

  list.addEventListener('keydown', (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || !stopAt) return;
    const step = stepOf(event.key, { isRightToLeft: work.isRightToLeft, count: buttons.length });
    const next = step === undefined ? undefined : buttons[clamp(buttons.indexOf(stopAt) + step, buttons.length)];
    if (!next) return;
    event.preventDefault();
    lead(next);
    next.focus({ preventScroll: true });
  });

  async function show(button: HTMLButtonElement): Promise<void> {
    const address = work.pages[buttons.indexOf(button)]?.thumbnail;
    if (address === undefined) return;
    const image = new Image();
    image.alt = '';
    image.src = await addressFor(address);
    await image.decode();
    button.firstElementChild?.replaceWith(image);
  }

  /** An `<img>` can't ask a server in the page by itself. */
  async function addressFor(address: string): Promise<string> {
    if (connection.kind !== 'in-page' || !address.startsWith(connection.prefix)) return address;
    const response = await connection.fetch(address, { signal: stop.signal });
    if (!response.ok) throw new Error(`The thumbnail was answered ${response.status}.`);
    const url = URL.createObjectURL(await response.blob());
    urls.push(url);
    return url;
  }

  const observer = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting || !(target instanceof HTMLButtonElement)) continue;
        observer.unobserve(target);
        // A thumbnail that can't be had leaves its place empty; the page itself tells why.
        show(target).catch(() => undefined);
      }
    },
    { root: element, rootMargin: '0px 50% 0px 50%' },
  );

  // An observer tells of its first look in a later frame, when the page to begin with is in view already.
  for (const button of buttons) observer.observe(button);

  return {
    mark(page) {
      const button = buttons[page];
      if (!button) return;
      marked?.removeAttribute('aria-current');
      marked = button;
      button.setAttribute('aria-current', 'page');
      lead(button);
    },
    clear() {
      observer.disconnect();
      stop.abort();
      for (const url of urls) URL.revokeObjectURL(url);
      element.replaceChildren();
    },
  };
}

/** `language`: of the name, where it isn't that of the viewer or not told. */
function thumbnailButton(name: string, language: string): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.tabIndex = -1;
  button.part.add('thumbnail');
  const place = document.createElement('div');
  place.className = 'none';
  const label = document.createElement('span');
  label.textContent = name;
  if (language !== '') label.lang = language;
  button.append(place, label);
  return button;
}

function clamp(index: number, count: number): number {
  return Math.min(count - 1, Math.max(0, index));
}
