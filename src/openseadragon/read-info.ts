import { reach } from './reach.ts';
import type { TileFetch } from './tile-fetch.ts';

/** Longer than any `info.json`: one of a million sizes is no description of an image any more. */
const MOST_CHARACTERS = 1_000_000;

/**
 * Reads an `info.json`, for `viewer.open()`. OpenSeadragon does that by itself; this way it comes from an `InPageServer`
 * too, and what is wrong is told in the server's own words.
 * @throws {Error} with the words of the answer.
 */
export async function readInfo(
  url: string,
  fetch: TileFetch = globalThis.fetch.bind(globalThis),
  signal?: AbortSignal,
): Promise<Readonly<Record<string, unknown>>> {
  const response = await reach(url, fetch, signal);
  const text = await response.text();
  if (!response.ok) throw new Error(text.trim() || `The answer was status ${response.status}.`);
  if (text.length > MOST_CHARACTERS) throw new Error(`What is at ${url} is too long for an info.json.`);
  let info: unknown;
  try {
    info = JSON.parse(text);
  } catch (cause) {
    throw new Error(`What is at ${url} is no JSON, and so no info.json.`, { cause });
  }
  if (typeof info !== 'object' || info === null) throw new Error(`What is at ${url} is no info.json.`);
  return { ...info };
}
