import type { Connection } from './connection.ts';
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

/** Fills the element with a thumbnail for each page, each loaded when it comes near to being seen. */
export function fillStrip(element: HTMLElement, { work, words, connection, choose }: StripOptions): Strip {
  const stop = new AbortController();
  const urls: string[] = [];
  const list = document.createElement('ol');
  list.dir = work.isRightToLeft ? 'rtl' : 'ltr';
  const buttons = work.pages.map(({ label }, page) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.part.add('thumbnail');
    const place = document.createElement('div');
    place.className = 'none';
    const name = document.createElement('span');
    name.textContent = label || withNumbers(words.page, { page: page + 1 });
    button.append(place, name);
    button.addEventListener('click', () => choose(page));
    const item = document.createElement('li');
    item.append(button);
    list.append(item);
    return button;
  });
  element.setAttribute('aria-label', words.pages);
  element.replaceChildren(list);

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
    { root: element, rootMargin: '0px 100% 0px 100%' },
  );
  for (const button of buttons) observer.observe(button);

  return {
    mark(page) {
      for (const [index, button] of buttons.entries()) {
        if (index === page) button.setAttribute('aria-current', 'page');
        else button.removeAttribute('aria-current');
      }
      const button = buttons[page];
      if (!button) return;
      const { left, width } = button.getBoundingClientRect();
      const frame = element.getBoundingClientRect();
      // Not scrollIntoView, which scrolls the page around the viewer too.
      element.scrollLeft += left + width / 2 - (frame.left + frame.width / 2);
    },
    clear() {
      observer.disconnect();
      stop.abort();
      for (const url of urls) URL.revokeObjectURL(url);
      element.replaceChildren();
    },
  };
}
