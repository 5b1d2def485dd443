import type { ImageOpener } from '../image/readers.ts';
import type { SourceFinder } from '../source/finder.ts';
import { createPackDesk } from './create-desk.ts';
import type { PackDesk } from './desk.ts';
import { pinnedFinder } from './pinned-finder.ts';
import { Shelf } from './shelf.ts';
import type { PackStore } from './store.ts';

export interface PackKeeperOptions {
  readonly store: PackStore;
  /** Where the images are that may be pinned. */
  readonly finder: SourceFinder;
  /** Finds the levels of images. */
  readonly opener: ImageOpener;
  /** Path under which the image services are. */
  readonly prefix: string;
  /** Bytes that may be pinned in all; by default as many as the storage takes. */
  readonly budget?: number | undefined;
}

/** Keeps packs, and gives what is in them. */
export interface PackKeeper {
  /** To be given to the image server as its `sources`. */
  readonly finder: SourceFinder;
  readonly desk: PackDesk;
}

/** The keeper of all packs in a store, for a host that has everything loaded. Reads nothing until it is asked. */
export function createPackKeeper({ store, finder, ...options }: PackKeeperOptions): PackKeeper {
  const shelf = new Shelf(store);
  return { finder: pinnedFinder(shelf, finder), desk: createPackDesk({ ...options, shelf, finder }) };
}
