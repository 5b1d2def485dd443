import type { InPageServe } from '../in-page.ts';

/**
 * The `sources` attribute: a template or a folder, or named ones as JSON.
 * @throws {Error} in words for what looks like JSON and is none.
 */
export function sourcesOf(text: string | null): InPageServe['sources'] | undefined {
  if (text === null || text.trim() === '') return undefined;
  if (!text.trim().startsWith('{')) return text;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error('The attribute “sources” begins like JSON, and is none.', { cause });
  }
}
