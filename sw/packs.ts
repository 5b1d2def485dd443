import { type AnswerPackMessage, createPackAnswers } from '../src/packs/answer.ts';
import { BrowserPackStore } from '../src/packs/browser-store.ts';
import type { PackDesk } from '../src/packs/desk.ts';
import { pinnedFinder } from '../src/packs/pinned-finder.ts';
import { Shelf } from '../src/packs/shelf.ts';
import type { Parts } from '../src/parts.ts';
import type { SourceFinder } from '../src/source/finder.ts';

/** The packs of a service worker. */
export interface WorkerPacks {
  /** Reads pinned bytes first. */
  readonly finder: SourceFinder;
  readonly answer: AnswerPackMessage;
  /** Begins to read what is pinned, which a restarted worker can do while it looks for the image's index. */
  warm(): void;
}

export interface WorkerPacksOptions {
  /** Of the database and the cache. */
  readonly name: string;
  readonly finder: SourceFinder;
  readonly prefix: string;
  readonly budget: number | undefined;
}

export function createWorkerPacks(parts: Parts, { name, ...options }: WorkerPacksOptions): WorkerPacks {
  const shelf = new Shelf(new BrowserPackStore(caches, name));
  let desk: PackDesk | undefined;
  return {
    finder: pinnedFinder(shelf, options.finder),
    answer: createPackAnswers(() => {
      desk ??= parts.createPackDesk({ ...options, shelf, opener: parts.opener });
      return desk;
    }),
    warm() {
      shelf.load().catch(() => undefined);
    },
  };
}
