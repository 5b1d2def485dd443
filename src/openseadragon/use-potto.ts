import type OpenSeadragon from 'openseadragon';
import { cancel } from '../page/cancel.ts';
import { drop } from './drop.ts';
import { fetchTile, TileError, type TileFault } from './fetch-tile.ts';
import { isNeeded } from './is-needed.ts';
import { createRepairs } from './repairs.ts';
import type { TileFetch } from './tile-fetch.ts';
import type { TileTrouble } from './trouble.ts';

/** What `usePotto` takes. */
export interface PottoTilesOptions {
  /** Where tiles come from: the `fetch` of an `InPageServer`; by default the global one, which the worker answers. */
  readonly fetch?: TileFetch;
  /** Only images below this URL are taken over; by default those of the page's own origin. */
  readonly within?: string;
  /** Called whenever a tile is asked for, or is there: how many are, and how many were since nothing was. */
  readonly onProgress?: (arrived: number, asked: number) => void;
  /** Called with a tile that was made from a coarser one, because its source is slow or can't be reached. */
  readonly onDegraded?: (url: string, fault: TileFault) => void;
  /** Called whenever what is wrong with what is seen changes; with undefined when nothing is wrong any more. */
  readonly onTrouble?: (trouble: TileTrouble | undefined) => void;
}

/** A viewer whose tiles Potto fetches. */
export interface PottoTiles {
  /** Asks at once for what could not be had, or not as it should be. That is done after growing pauses anyway. */
  tryAgain(): void;
  /** Leaves the viewer as it was. */
  detach(): void;
}

/**
 * Has an OpenSeadragon viewer fetch the tiles of Potto's images in a way that fits: what is no longer looked at is given
 * up, in the worker too, before it is read or rendered; what had to be decoded comes as pixels, without being encoded to be
 * decoded again; what failed or is less sharp than it should be is asked for again until it is there; failures carry the
 * server's words (`message` of `tile-load-failed`); colours stay those of the image's profile. Call it before images are opened.
 */
export function usePotto(viewer: OpenSeadragon.Viewer, options: PottoTilesOptions = {}): PottoTiles {
  const { fetch = globalThis.fetch.bind(globalThis), within = new URL('/', document.baseURI).href } = options;
  const running = new Map<OpenSeadragon.ImageJob, AbortController>();
  let asked = 0;
  let arrived = 0;
  const repairs = createRepairs(viewer, { fetch, onTrouble: (trouble) => options.onTrouble?.(trouble) });

  function end(job: OpenSeadragon.ImageJob): void {
    if (!running.delete(job)) return;
    arrived += 1;
    options.onProgress?.(arrived, asked);
    if (running.size === 0) {
      arrived = 0;
      asked = 0;
    }
  }

  async function load(job: OpenSeadragon.ImageJob, { signal }: AbortController): Promise<void> {
    try {
      const { bitmap, fault } = repairs.take(job.tile) ?? (await fetchTile(job.src, fetch, signal));
      if (!running.has(job)) return;
      end(job);
      if (fault) options.onDegraded?.(job.src, fault);
      repairs.arrived(job.tile, fault);
      job.finish(bitmap, null, 'imageBitmap');
    } catch (error) {
      if (!running.has(job) || !(error instanceof TileError)) return;
      end(job);
      repairs.failed(job.tile, error);
      // Else OpenSeadragon, which is told to try again, does so as well.
      job.tries = Number.POSITIVE_INFINITY;
      job.fail(error.message, null);
    }
  }

  function giveUp(job: OpenSeadragon.ImageJob, stop: AbortController): void {
    end(job);
    stop.abort();
    cancel(job.src);
    drop(job);
  }

  function dropUnseen(): void {
    for (const [job, stop] of [...running]) if (!isNeeded(job.tile, viewer)) giveUp(job, stop);
  }

  function dropAll(): void {
    for (const [job, stop] of [...running]) giveUp(job, stop);
  }

  function takeOver(source: OpenSeadragon.TileSource): void {
    source.downloadTileStart = (job) => {
      const stop = new AbortController();
      running.set(job, stop);
      asked += 1;
      options.onProgress?.(arrived, asked);
      void load(job, stop);
    };
    source.downloadTileAbort = (job) => {
      const stop = running.get(job);
      if (!stop) return;
      end(job);
      stop.abort();
      cancel(job.src);
    };
  }

  const onItem = ({ item }: { readonly item: OpenSeadragon.TiledImage }) => {
    const url = item.source.getTileUrl(item.source.maxLevel, 0, 0);
    if (typeof url === 'string' && new URL(url, document.baseURI).href.startsWith(within)) takeOver(item.source);
  };
  viewer.world.addHandler('add-item', onItem);
  viewer.addHandler('viewport-change', dropUnseen);
  viewer.addHandler('close', dropAll);
  return {
    tryAgain: repairs.tryAgain,
    detach() {
      viewer.world.removeHandler('add-item', onItem);
      viewer.removeHandler('viewport-change', dropUnseen);
      viewer.removeHandler('close', dropAll);
      dropAll();
      repairs.end();
    },
  };
}
