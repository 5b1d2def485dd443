import { finerTiles } from '../src/iiif/finer-tiles.ts';

/** Reads the tiles of the next finer level while nobody asks for anything. */
export interface Prefetch {
  /** Someone asks for something: what is being read ahead gives way. */
  interrupt(): void;
  /** A page got the answer to `url`. Resolves when what follows from it has been read, or was interrupted. */
  after(url: string): Promise<void>;
}

/** Milliseconds without a request that count as idle: the tiles of one view are asked for within fewer. */
export const IDLE = 250;

/** Tiles read ahead at the most after one view: a screenful of 512² tiles. */
export const MOST_TILES = 24;

/** `read` makes one answer for the cache, behind everything that a page asks for. */
export function createPrefetch(read: (url: string, signal: AbortSignal) => Promise<unknown>): Prefetch {
  const seen = new Set<string>();
  let stop = new AbortController();

  const interrupt = () => {
    stop.abort();
    stop = new AbortController();
  };

  return {
    interrupt,
    async after(url) {
      interrupt();
      const { signal } = stop;
      seen.add(url);
      await pause(IDLE, signal);
      const ahead = [...seen].flatMap(finerTiles).slice(-MOST_TILES);
      for (const finer of ahead) {
        if (signal.aborted) return;
        await read(finer, signal);
      }
      if (!signal.aborted) seen.clear();
    },
  };
}

/** Resolves after this many milliseconds, or at once when interrupted. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
