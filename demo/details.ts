import { type DemoImage, storedAs } from './catalogue.ts';
import { element, link } from './elements.ts';
import { infoUrl, type Region, regionUrl } from './iiif.ts';

/** Longest side of the picture that the address of the view gives, pixels. */
const VIEW_BOX = 1024;

/** Shows what the image is, whose it is and how it is stored. */
export function showDetails(image: DemoImage): void {
  document.title = `${image.title} · Potto`;
  element('title', HTMLElement).textContent = image.title;
  element('author', HTMLElement).textContent = image.author;
  element('stored', HTMLElement).textContent = storedAs(image.pyramid);
  element('licence', HTMLElement).replaceChildren(link(image.licence.name, image.licence.url));
  element('info', HTMLElement).replaceChildren(link('info.json', infoUrl(image.id)));
}

/** Shows the address of what the viewer shows; without a region, none is open. */
export function showView(id: string, region: Region | undefined): void {
  const url = region === undefined ? '' : regionUrl(id, region, VIEW_BOX);
  element('view-url', HTMLInputElement).value = url;
  element('view-link', HTMLElement).replaceChildren(...(url === '' ? [] : [link('Open', url)]));
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
