import type OpenSeadragon from 'openseadragon';
import { type FetchedTile, fetchTile, TileError, type TileFault } from './fetch-tile.ts';
import { isNeeded } from './is-needed.ts';
import { reviveTile } from './revive-tile.ts';
import type { TileFetch } from './tile-fetch.ts';
import { type Flaw, type TileTrouble, troubleOf } from './trouble.ts';

/** Milliseconds of the first pause before tiles are asked for again; doubled each time that was in vain. */
const FIRST_PAUSE = 2000;
/** Milliseconds. What is there again is seen within half a minute. */
const LONGEST_PAUSE = 30_000;
/** Milliseconds. A worker that is killed may leave a request without an answer for good. */
const ANSWERED_WITHIN = 30_000;

/** Keeps account of tiles that aren't as they should be, and asks for them again until they are. */
export interface Repairs {
  /** A tile arrived: as it should be, or made from a coarser one. */
  arrived(tile: OpenSeadragon.Tile, fault: TileFault | undefined): void;
  failed(tile: OpenSeadragon.Tile, error: TileError): void;
  /** What was fetched for this tile already, for once. */
  take(tile: OpenSeadragon.Tile): FetchedTile | undefined;
  /** Asks at once for all that is seen, for what was refused too. */
  tryAgain(): void;
  end(): void;
}

export interface RepairsOptions {
  readonly fetch: TileFetch;
  /** Called whenever what is wrong with what is seen changes; with undefined when nothing is wrong any more. */
  readonly onTrouble: (trouble: TileTrouble | undefined) => void;
}

/**
 * One tile is asked for first, and the others once it came, so that a source in trouble isn't burdened by all of a view.
 * That is done after pauses that grow; at once when there is a network again, or the page is looked at again.
 */
export function createRepairs(viewer: OpenSeadragon.Viewer, { fetch, onTrouble }: RepairsOptions): Repairs {
  const flaws = new Map<OpenSeadragon.Tile, Flaw>();
  const fetched = new Map<OpenSeadragon.Tile, FetchedTile>();
  const ending = new AbortController();
  let pause = FIRST_PAUSE;
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** Rounds that are under way: what is asked for at once doesn't wait for one that may last. */
  let rounds = 0;
  let told = '';

  const inSight = () => [...flaws].filter(([tile]) => isNeeded(tile, viewer));
  const worthAsking = () => inSight().filter(([, { fault }]) => fault !== 'refused');

  function tell(): void {
    const trouble = troubleOf(inSight().map(([, flaw]) => flaw));
    const now = JSON.stringify(trouble) ?? '';
    if (now === told) return;
    told = now;
    onTrouble(trouble);
  }

  function plan(): void {
    if (timer !== undefined || rounds > 0 || ending.signal.aborted || worthAsking().length === 0) return;
    timer = setTimeout(() => void ask(worthAsking()), pause);
  }

  /** What changed is told, and what there is to do is done in time. */
  function heed(): void {
    tell();
    plan();
  }

  async function ask(wanted: readonly (readonly [OpenSeadragon.Tile, Flaw])[]): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const [first, ...others] = wanted;
    // While nobody looks nothing is asked for; it is when somebody does.
    if (!first || document.hidden) return;
    rounds += 1;
    const isBack = await repair(...first);
    if (isBack) await Promise.all(others.map((other) => repair(...other)));
    pause = isBack ? FIRST_PAUSE : Math.min(LONGEST_PAUSE, 2 * pause);
    rounds -= 1;
    heed();
  }

  /** Whether the tile is as it should be now. */
  async function repair(tile: OpenSeadragon.Tile, flaw: Flaw): Promise<boolean> {
    let now: Flaw | undefined;
    try {
      const answer = await fetchTile(tile.getUrl(), fetch, AbortSignal.timeout(ANSWERED_WITHIN));
      const isWanted = flaws.get(tile) === flaw && isNeeded(tile, viewer);
      if (isWanted && (answer.fault === undefined || flaw.kind === 'missing')) {
        fetched.set(tile, answer);
        reviveTile(tile);
      } else answer.bitmap.close();
      now = answer.fault && { kind: 'less-sharp', fault: answer.fault, message: '', isStubborn: true };
    } catch (error) {
      // What is there already stays as it is.
      now = error instanceof TileError ? { ...flaw, fault: error.fault, isStubborn: true } : flaw;
      if (now.kind === 'missing' && error instanceof TileError) now = { ...now, message: error.message };
    }
    if (flaws.get(tile) !== flaw) return now === undefined;
    // At the end of the line: another one is tried first the next time.
    flaws.delete(tile);
    if (now) flaws.set(tile, now);
    return now === undefined;
  }

  function askNow(): void {
    pause = FIRST_PAUSE;
    void ask(worthAsking());
  }

  function forget(): void {
    flaws.clear();
    for (const { bitmap } of fetched.values()) bitmap.close();
    fetched.clear();
    clearTimeout(timer);
    timer = undefined;
    tell();
  }

  const onUnloaded = ({ tile }: { readonly tile: OpenSeadragon.Tile }) => {
    // It is asked for anew when it is looked at.
    if (!fetched.has(tile)) flaws.delete(tile);
  };
  viewer.addHandler('tile-unloaded', onUnloaded);
  viewer.addHandler('animation-finish', heed);
  viewer.addHandler('close', forget);
  const { signal } = ending;
  addEventListener('online', askNow, { signal });
  addEventListener('offline', tell, { signal });
  document.addEventListener('visibilitychange', askNow, { signal });

  return {
    arrived(tile, fault) {
      const known = flaws.get(tile);
      flaws.delete(tile);
      if (fault) flaws.set(tile, { kind: 'less-sharp', fault, message: '', isStubborn: known !== undefined });
      heed();
    },
    failed(tile, { fault, message }) {
      flaws.set(tile, { kind: 'missing', fault, message, isStubborn: flaws.has(tile) });
      heed();
    },
    take(tile) {
      const answer = fetched.get(tile);
      fetched.delete(tile);
      return answer;
    },
    tryAgain() {
      pause = FIRST_PAUSE;
      void ask(inSight());
    },
    end() {
      forget();
      ending.abort();
      viewer.removeHandler('tile-unloaded', onUnloaded);
      viewer.removeHandler('animation-finish', heed);
      viewer.removeHandler('close', forget);
    },
  };
}
