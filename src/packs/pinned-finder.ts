import type { SourceFinder } from '../source/finder.ts';
import { PinnedSource } from '../source/pinned.ts';
import type { Shelf } from './shelf.ts';

/** Finds what `finder` finds, and what is pinned where that is out of reach; reads the bytes that are pinned first. */
export function pinnedFinder(shelf: Shelf, finder: SourceFinder): SourceFinder {
  /** A store that can't be read must not keep images from being shown that aren't pinned. */
  const findPinned = (url: string) => shelf.pinned(url).catch(() => undefined);

  async function pinnedUrl(identifier: string): Promise<string | undefined> {
    await shelf.load().catch(() => undefined);
    return shelf.urlOf(identifier);
  }

  return {
    breakers: finder.breakers,
    async find(identifier) {
      const found = await finder.find(identifier).catch(async (cause: unknown) => {
        if ((await pinnedUrl(identifier)) === undefined) throw cause;
        return undefined;
      });
      const url = found?.url ?? (await pinnedUrl(identifier));
      if (url === undefined) return undefined;
      // Where its source can't be asked, nobody knows whether it is private: it counts as that.
      const privateSource = found ? found.privateSource : '';
      return { url, privateSource, open: (known) => new PinnedSource(url, found, findPinned, known) };
    },
  };
}
