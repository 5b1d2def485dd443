import type { DemoImage } from './catalogue.ts';
import { element } from './elements.ts';
import { thumbnailUrl } from './iiif.ts';

/** Longer side of a thumbnail, pixels: twice what it takes on the page, for dense screens. */
const THUMBNAIL_BOX = 300;

/** Shows one link with a thumbnail for each image. The links lead to `#id`, so the browser's history works by itself. */
export function showGallery(images: readonly DemoImage[]): void {
  element('strip', HTMLUListElement).replaceChildren(...images.map(item));
}

/** Marks the link of the image that is shown. */
export function markCurrent(id: string): void {
  for (const link of element('strip', HTMLUListElement).querySelectorAll('a')) {
    if (link.hash === `#${encodeURIComponent(id)}`) {
      link.setAttribute('aria-current', 'true');
      link.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    } else {
      link.removeAttribute('aria-current');
    }
  }
}

function item({ id, title }: DemoImage): HTMLLIElement {
  const picture = document.createElement('img');
  // `loading` must be set before `src`, or the browser has asked for the image already.
  picture.loading = 'lazy';
  picture.alt = '';
  picture.src = thumbnailUrl(id, THUMBNAIL_BOX);
  picture.addEventListener('error', () => picture.classList.add('missing'));
  const name = document.createElement('span');
  name.textContent = title;
  const link = document.createElement('a');
  link.href = `#${encodeURIComponent(id)}`;
  link.append(picture, name);
  const entry = document.createElement('li');
  entry.append(link);
  return entry;
}
