import { element } from './elements.ts';
import { type Exhibit, hashOf, others, photographs } from './exhibits.ts';
import { thumbnailUrl } from './iiif.ts';

/** Longer side of a thumbnail on a common screen, pixels; a dense one gets twice as much. */
const THUMBNAIL_BOX = 300;

/**
 * Shows one link for each image. Files of other kinds have no thumbnail: many can only be read as a whole, and nobody may
 * want to see them.
 */
export function showGallery(): void {
  element('strip', HTMLUListElement).replaceChildren(...photographs.map(item));
  element('others', HTMLUListElement).replaceChildren(...others.map(({ id, label }) => entryOf(id, label)));
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

/** Marks the link of the image that is shown, of whichever page. */
export function markCurrent({ pages: [first = ''] }: Exhibit): void {
  for (const id of ['strip', 'others']) {
    for (const link of element(id, HTMLUListElement).querySelectorAll('a')) {
      if (link.hash === hashOf(first)) {
        link.setAttribute('aria-current', 'true');
        link.scrollIntoView({ block: 'nearest', inline: 'nearest' });
      } else {
        link.removeAttribute('aria-current');
      }
    }
  }
}

function item({ id, title }: Exhibit): HTMLLIElement {
  const picture = document.createElement('img');
  picture.loading = 'lazy';
  picture.alt = '';
  picture.dataset.id = id;
  picture.addEventListener('error', () => picture.classList.add('missing'));
  const name = document.createElement('span');
  name.textContent = title;
  return entryOf(id, picture, name);
}

function entryOf(id: string, ...content: readonly (Node | string)[]): HTMLLIElement {
  const link = document.createElement('a');
  link.href = hashOf(id);
  link.append(...content);
  const entry = document.createElement('li');
  entry.append(link);
  return entry;
}
