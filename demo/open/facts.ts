import { element, link } from '../elements.ts';

/** What the page shows. */
export interface ShownImage {
  readonly name: string;
  readonly infoUrl: string;
  readonly fetch: (url: string) => Promise<Response>;
  /** Other pages of the site are answered, too. */
  readonly isPublic: boolean;
}

const seconds = new Intl.NumberFormat('en', { style: 'unit', unit: 'second', maximumSignificantDigits: 2 });

/** Shows what the image is, and after how many milliseconds all that is seen of it was there. */
export async function showFacts({ infoUrl, fetch, isPublic }: ShownImage, milliseconds: number): Promise<void> {
  const card = element('facts-card', HTMLElement);
  if (!card.hidden) return;
  card.hidden = false;
  element('time', HTMLElement).textContent = seconds.format(milliseconds / 1000);
  // What this page alone answers can't be opened in another one.
  element('info', HTMLElement).replaceChildren(isPublic ? link('info.json', infoUrl) : 'within this page only');
  const { width, height, sizes } = readInfo(await (await fetch(infoUrl)).json());
  const megapixels = Math.round((width * height) / 1e5) / 10;
  element('size', HTMLElement).textContent = `${width} × ${height} pixels (${megapixels} megapixels)`;
  element('levels', HTMLElement).textContent = sizes.map((one) => `${one.width} × ${one.height}`).join(', ');
}

export function hideFacts(): void {
  element('facts-card', HTMLElement).hidden = true;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** What the page shows of an info.json (IIIF Image API 3.0, sections 5.2 and 5.3). */
function readInfo(info: unknown): Size & { readonly sizes: readonly Size[] } {
  const { width, height } = sizeOf(info);
  const listed = typeof info === 'object' && info !== null && 'sizes' in info ? info.sizes : [];
  return { width, height, sizes: Array.isArray(listed) ? listed.map(sizeOf) : [] };
}

function sizeOf(value: unknown): Size {
  if (typeof value !== 'object' || value === null || !('width' in value) || !('height' in value))
    return { width: 0, height: 0 };
  return { width: Number(value.width), height: Number(value.height) };
}
