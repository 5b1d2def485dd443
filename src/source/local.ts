import { BlobSource } from './blob.ts';
import type { SourceFinder } from './finder.ts';

/** What identifiers of local files begin with. No source has images under it. */
export const LOCAL = 'local/';

/** Files that the user gave to this site, by name; undefined where there is none of that name. */
export type FindFile = (name: string) => Promise<File | undefined>;

/** What tells a local file apart from every other object; undefined for an identifier of another kind. */
export function localUrl(identifier: string): string | undefined {
  return identifier.startsWith(LOCAL) ? `local:${encodeURIComponent(identifier.slice(LOCAL.length))}` : undefined;
}

/** Finds `local/NAME` among the user's files and nowhere else, and everything else by `finder`. */
export function localFinder(finder: SourceFinder, findFile: FindFile): SourceFinder {
  return {
    breakers: finder.breakers,
    async find(identifier) {
      const url = localUrl(identifier);
      if (url === undefined) return finder.find(identifier);
      const file = await findFile(identifier.slice(LOCAL.length));
      return file && { url, open: (known) => new BlobSource(file, { url, known }) };
    },
  };
}
