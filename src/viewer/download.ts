import { reach } from '../openseadragon/reach.ts';
import type { TileFetch } from '../openseadragon/tile-fetch.ts';

/** A picture to be saved. */
export interface Download {
  readonly url: string;
  /** For its file, where the answer names none. */
  readonly name: string;
}

/**
 * Fetches this picture and has the browser save it, under the name that the answer gives it.
 * @throws {Error} in the words of the answer.
 */
export async function saveView({ url, name }: Download, fetch: TileFetch): Promise<void> {
  const response = await reach(url, fetch);
  if (!response.ok) throw new Error((await response.text()).trim() || `The answer was status ${response.status}.`);
  const address = URL.createObjectURL(await response.blob());
  const link = document.createElement('a');
  link.href = address;
  link.download = /filename="([^"]+)"/.exec(response.headers.get('Content-Disposition') ?? '')?.[1] ?? name;
  link.click();
  // The browser has the picture as soon as the click is over.
  URL.revokeObjectURL(address);
}
