import { element } from '../elements.ts';
import { hashOfRegion } from '../region-hash.ts';
import { siteUrl } from '../site-url.ts';
import type { Work } from './work.ts';

/** Whose it is, what it is, under which licence, and where it was seen. */
export function citationOf(
  { image, region, title }: Pick<Work, 'image' | 'region' | 'title'>,
  address: string,
): string {
  const name = region ? `“${title}”, detail (${Object.values(region).join(',')}) of “${image.title}”` : `“${title}”`;
  return `${image.author}: ${name}. ${image.licence.name}. ${address}`;
}

export function showCitation(work: Work): void {
  const address = new URL(`work/${hashOfRegion(work.image.id, work.region)}`, siteUrl).href;
  element('citation', HTMLElement).textContent = citationOf(work, address);
  element('copied', HTMLElement).textContent = '';
}

/** Makes the button copy the citation. */
export function wireCopy(): void {
  const citation = element('citation', HTMLElement);
  const copied = element('copied', HTMLElement);
  element('copy', HTMLButtonElement).addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(citation.textContent ?? '');
      copied.textContent = 'Copied.';
    } catch {
      // Without permission for the clipboard the reader can still copy what is selected.
      getSelection()?.selectAllChildren(citation);
      copied.textContent = 'Selected: copy it with your keyboard.';
    }
  });
}
