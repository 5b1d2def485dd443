import { element, link } from './elements.ts';
import { type Exhibit, hashOf } from './exhibits.ts';
import { infoUrl, manifestUrl, type Region, regionUrl } from './iiif.ts';

/** Longest side of the picture that the address of the view gives, pixels. */
const VIEW_BOX = 1024;

/** Formats beside JPEG in which the view can be opened: what they are called, and their extensions. */
const FORMATS: readonly (readonly [name: string, extension: string])[] = [
  ['PNG', 'png'],
  ['WebP', 'webp'],
  ['AVIF', 'avif'],
  ['GIF', 'gif'],
  ['TIFF', 'tif'],
  ['PDF', 'pdf'],
];

/** Shows what the image is, whose it is and how it is stored. */
export function showDetails(image: Exhibit): void {
  document.title = `${image.title} · Potto`;
  element('title', HTMLElement).textContent = image.title;
  element('author', HTMLElement).textContent = image.author;
  element('stored', HTMLElement).textContent = image.stored;
  element('licence', HTMLElement).replaceChildren(link(image.licence.name, image.licence.url));
  element('info', HTMLElement).replaceChildren(link('info.json', infoUrl(image.id)));
  showPages(image);
}

/** Links to the other pages of the file, and to what a viewer of books opens. */
function showPages({ id, pages }: Exhibit): void {
  const [first = id] = pages;
  const links = pages.map((page, index) => {
    const anchor = document.createElement('a');
    anchor.textContent = String(index + 1);
    anchor.href = hashOf(page);
    if (page === id) anchor.setAttribute('aria-current', 'true');
    return anchor;
  });
  element('pages-fact', HTMLElement).hidden = pages.length < 2;
  element('pages', HTMLElement).replaceChildren(...links, link('manifest.json', manifestUrl(first)));
}

/** Shows the address of what the viewer shows; without a region, none is open. */
export function showView(id: string, region: Region | undefined): void {
  const urlIn = (format: string) => (region === undefined ? '' : regionUrl(id, region, VIEW_BOX, format));
  const url = urlIn('jpg');
  element('view-url', HTMLInputElement).value = url;
  element('view-link', HTMLElement).replaceChildren(...(url === '' ? [] : [link('Open', url)]));
  const formats = url === '' ? [] : ['or as', ...FORMATS.map(([name, extension]) => link(name, urlIn(extension)))];
  element('view-formats', HTMLElement).replaceChildren(...formats);
  element('copied', HTMLElement).textContent = '';
}

/** Makes the button copy the address. */
export function wireCopy(): void {
  const address = element('view-url', HTMLInputElement);
  const copied = element('copied', HTMLElement);
  element('copy', HTMLButtonElement).addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(address.value);
      copied.textContent = 'Copied.';
    } catch {
      // Without permission for the clipboard the reader can still copy what is selected.
      address.select();
      copied.textContent = 'Selected: copy it with your keyboard.';
    }
  });
}
