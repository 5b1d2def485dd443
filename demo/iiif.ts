import type { Region } from './region.ts';
import { siteUrl } from './site-url.ts';

export type { Region } from './region.ts';

/** Everything below is answered by the worker. */
export const iiifBase = new URL('iiif/3/', siteUrl).href;

/** Base URI of an image (IIIF Image API 3.0, section 2). */
export function imageService(id: string): string {
  return iiifBase + encodeURIComponent(id);
}

/** Address of the image's description. */
export function infoUrl(id: string): string {
  return `${imageService(id)}/info.json`;
}

/** Address of the Presentation API manifest of a file's pages; `id`: of the first one. */
export function manifestUrl(id: string): string {
  return `${imageService(id)}/manifest.json`;
}

/** Address of the whole image, no larger than `box` pixels either way. */
export function thumbnailUrl(id: string, box: number): string {
  return `${imageService(id)}/full/!${box},${box}/0/default.jpg`;
}

/** Address of a part of the image, no larger than `box` pixels either way. `format`: its extension. */
export function regionUrl(id: string, { x, y, width, height }: Region, box: number, format: string): string {
  return `${imageService(id)}/${x},${y},${width},${height}/!${box},${box}/0/default.${format}`;
}

/** Whether this is an address of the worker's. */
export function isAnswer(url: string): boolean {
  return url.startsWith(iiifBase);
}

/** Whether this is the address of a tile, as viewers ask for it: with width and height. */
export function isTile(url: string): boolean {
  return isAnswer(url) && /\/\d+,\d+\/0\/default\.\w+$/.test(url);
}

/** Fetches an address that failed once more and gives the server's own words; undefined when it works by now. */
export async function failureInWords(url: string, fetch = globalThis.fetch): Promise<string | undefined> {
  try {
    const response = await fetch(url);
    if (response.ok) return undefined;
    const words = (await response.text()).trim();
    return words === '' ? `The answer was status ${response.status}.` : words;
  } catch {
    return 'No answer came at all. Reload the page; if that does not help, start the demo again.';
  }
}
