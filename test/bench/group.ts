import type { Browser } from './browser.ts';
import type { Figure } from './figures.ts';
import type { Fixtures, Picture } from './fixtures.ts';

/** What figures are taken with. */
export interface Equipment {
  readonly browser: Browser;
  readonly fixtures: Fixtures;
  /** 512² tiles. */
  readonly photo: Picture;
  /** 256² tiles. */
  readonly smallTiles: Picture;
  /** A copy's number that nobody has used yet. */
  readonly nextCopy: () => number;
  /** Why there is no native server to compare with. */
  readonly peerAbsent: string | undefined;
}

/** Figures that are taken together. */
export interface Group {
  readonly name: string;
  measure(equipment: Equipment): Promise<readonly Figure[]>;
}
