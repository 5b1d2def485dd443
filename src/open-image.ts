import type { TiledImage } from './image/image.ts';
import type { ImageStructure } from './image/open.ts';
import type { Pages } from './image/pages.ts';
import type { Breaker } from './source/breaker.ts';
import type { FoundSource } from './source/finder.ts';
import type { ReadOptions, Source } from './source/source.ts';

/** One page of the file that an identifier stands for. */
export interface ImageAddress {
  readonly identifier: string;
  /** Counted from 1. */
  readonly page: number;
}

/** An image whose structure is known. */
export interface OpenImage {
  readonly image: TiledImage;
  /** Of the source: answers of two versions are never the same. */
  readonly version: string;
  /** It isn't current any more, or who had signed in to see it has signed out: nothing of it is kept. */
  readonly forgotten: boolean;
  /** Name of its source, where not everyone may read that. */
  readonly privateSource: string | undefined;
  /** Of its source's origin. */
  readonly breaker: Breaker;
  /** Whether bytes of it are being waited for. */
  isReading(): boolean;
  /** Whether its bytes are on this machine. */
  isHere(): Promise<boolean>;
  /**
   * The pages of the file, of the first page's image: `count` of them at least, all if there are fewer, `MAX_PAGES` at
   * most. Reads what isn't known.
   */
  readPages(count: number, options: ReadOptions): Promise<Pages>;
}

/** An open image and what keeps it honest. */
export interface Entry extends OpenImage {
  readonly found: FoundSource;
  readonly source: Source;
  /** Key in the index. */
  readonly key: string;
  /** Of the first page, it comes to hold more of the others. */
  structure: ImageStructure;
  /** When the version was last confirmed by other means than a read of the source; milliseconds since 1970. */
  checked: number;
  checking: Promise<void> | undefined;
  /** The reading of other pages that was begun last. */
  paging: Promise<unknown>;
  forgotten: boolean;
}

/** When the version was last confirmed, by whatever means; milliseconds since 1970. */
export function confirmedAt({ checked, source }: Entry): number {
  const { lastRead = checked } = source;
  return timeSince(lastRead) < timeSince(checked) ? lastRead : checked;
}

/** A clock that was set back must not make an image current for years: what lies ahead counts as long ago. */
export function timeSince(time: number): number {
  return Math.abs(Date.now() - time);
}

/** A page can't be mistaken for an image whose identifier looks like it. */
export const nameOf = ({ identifier, page }: ImageAddress) => `${page} ${identifier}`;
export const identifierIn = (name: string) => name.slice(name.indexOf(' ') + 1);

/** In the index. */
export const keyOf = ({ url }: FoundSource, page: number) => (page === 1 ? url : `${url}#page=${page}`);
