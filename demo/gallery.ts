import type { DemoImage } from './catalogue.ts';
import { element } from './elements.ts';
import { thumbnailUrl } from './iiif.ts';

/** Longer side of a thumbnail on a common screen, pixels; a dense one gets twice as much. */
const THUMBNAIL_BOX = 300;

/** Shows one link for each image. The links lead to `#id`, so the browser's history works by itself. */
export function showGallery(images: readonly DemoImage[]): void {
  element('strip', HTMLUListElement).replaceChildren(...images.map(item));
}

/**
 * Gives the links those thumbnails that they don't have yet; before the worker controls the page, nothing would answer
 * for them.
 */
export function showThumbnails(): void {
  for (const picture of element('strip', HTMLUListElement).querySelectorAll('img')) {
    if (picture.naturalWidth > 0 && !picture.classList.contains('missing')) continue;
    picture.classList.remove('missing');
    const { id = '' } = picture.dataset;
    picture.srcset = `${thumbnailUrl(id, 2 * THUMBNAIL_BOX)} 2x`;
    picture.src = thumbnailUrl(id, THUMBNAIL_BOX);
  }
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
  picture.loading = 'lazy';
  picture.alt = '';
  picture.dataset.id = id;
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
