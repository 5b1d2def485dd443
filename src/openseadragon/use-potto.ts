import type OpenSeadragon from 'openseadragon';
import { PIXELS_TYPE } from '../iiif/pixels.ts';
import { cancel } from '../page/cancel.ts';
import { bitmapOf } from './bitmap.ts';
import { drop } from './drop.ts';
import { isNeeded } from './is-needed.ts';
import type { TileFetch } from './tile-fetch.ts';

/** What Potto has to decode it may give as it is then; it hands on the rest. */
const ACCEPTED = { Accept: `${PIXELS_TYPE}, image/*, */*` };

/** What `usePotto` takes. */
export interface PottoTilesOptions {
  /** Where tiles come from: the `fetch` of an `InPageServer`; by default the global one, which the worker answers. */
  readonly fetch?: TileFetch;
  /** Only images below this URL are taken over; by default those of the page's own origin. */
  readonly within?: string;
  /** Called whenever a tile is asked for, or is there: how many are, and how many were since nothing was. */
  readonly onProgress?: (arrived: number, asked: number) => void;
  /** Called with a tile that was made from a coarser one, because its source can't be reached. */
  readonly onDegraded?: (url: string) => void;
}

/** A viewer whose tiles Potto fetches. */
export interface PottoTiles {
  /** Leaves the viewer as it was. */
  detach(): void;
}

/**
 * Has an OpenSeadragon viewer fetch the tiles of Potto's images in a way that fits: what is no longer looked at is given
 * up, in the worker too, before it is read or rendered; what had to be decoded comes as pixels, without being encoded to be
 * decoded again; failures carry the server's words (`message` of
 * `tile-load-failed`); colours stay those of the image's profile. Call it before images are opened.
 */
export function usePotto(viewer: OpenSeadragon.Viewer, options: PottoTilesOptions = {}): PottoTiles {
  const { fetch = globalThis.fetch.bind(globalThis), within = new URL('/', document.baseURI).href } = options;
  const running = new Map<OpenSeadragon.ImageJob, AbortController>();
  let asked = 0;
  let arrived = 0;

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
      const response = await fetch(job.src, { signal, headers: ACCEPTED });
      if (!response.ok) throw new Error((await response.text()).trim() || `Status ${response.status}`);
      if (response.headers.get('X-Potto') === 'degraded') options.onDegraded?.(job.src);
      const bitmap = await bitmapOf(response);
      if (!running.has(job)) return;
      end(job);
      job.finish(bitmap, null, 'imageBitmap');
    } catch (error) {
      if (!running.has(job)) return;
      end(job);
      job.fail(error instanceof Error ? error.message : String(error), null);
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
    detach() {
      viewer.world.removeHandler('add-item', onItem);
      viewer.removeHandler('viewport-change', dropUnseen);
      viewer.removeHandler('close', dropAll);
      dropAll();
    },
  };
}
