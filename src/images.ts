import { attempt } from './cache/attempt.ts';
import { type DerivativeCache, isMeant, type Meant } from './cache/derivatives.ts';
import type { IndexRecord, IndexStore } from './cache/index-store.ts';
import { ImageServerError } from './errors.ts';
import { type ImageStructure, STRUCTURE_VERSION } from './image/open.ts';
import { MAX_PAGES, type Pages, pagesOf } from './image/pages.ts';
import type { ImageOpener, ReadBytes } from './image/readers.ts';
import {
  confirmedAt,
  type Entry,
  type ImageAddress,
  identifierIn,
  keyOf,
  nameOf,
  type OpenImage,
  timeSince,
} from './open-image.ts';
import { untilAborted } from './source/abort.ts';
import type { Breakers } from './source/breakers.ts';
import type { FoundSource, SourceFinder } from './source/finder.ts';
import { readingLimit, withinReadingLimit } from './source/reading-limit.ts';
import { type ReadOptions, type Source, SourceBusyError, SourceChangedError } from './source/source.ts';

/** The images in use: found, opened once, kept, and looked after. */
export interface Images {
  /**
   * Reads the structure if it isn't known, and nothing if it is and was confirmed lately.
   * @throws {SourceChangedError} when the source has another version than before: open it again.
   * @throws {ImageServerError} 404 for an unknown identifier or a page that isn't there, else what reading the source or
   * the structure throws.
   */
  open(address: ImageAddress, options: ReadOptions): Promise<OpenImage>;
  /** Drops an image, those of private sources, or all, here and in the index. What is being made of them isn't kept. */
  clear(meant?: Meant): Promise<void>;
  /** Drops an image that has changed, here, in the index and in the cache; what others have opened anew meanwhile stays. */
  forget(address: ImageAddress, changed: OpenImage): Promise<void>;
}

export interface ImagesOptions {
  readonly opener: ImageOpener;
  readonly finder: SourceFinder;
  readonly breakers: Breakers;
  readonly index: IndexStore<ImageStructure> | undefined;
  readonly cache: Pick<DerivativeCache, 'drop'> | undefined;
  /** Seconds for which a source is taken to be unchanged after it was last read. */
  readonly revalidateAfter: number;
  /** Milliseconds for reading a source for one answer. */
  readonly deadline: number;
  /** Bytes of the largest object that is read as a whole. */
  readonly plainLimit: number;
}

/** Images kept open; each may hold some megabytes of index, so that a hundred would burden a phone. */
const OPEN_IMAGES = 32;

/** Pages found on the way to a later one after which they are kept, so that what ends the way doesn't lose them. */
const PAGES_AT_ONCE = 100;

/** A source that doesn't confirm its version within this time, in milliseconds, counts as out of reach. */
const CONFIRM_WITHIN = 3000;

export function createImages(options: ImagesOptions): Images {
  const { opener, finder, breakers, index, cache, revalidateAfter, deadline, plainLimit } = options;
  /** In the order of their last use. */
  const entries = new Map<string, Promise<Entry>>();

  function entryOf(address: ImageAddress, options: ReadOptions): Promise<Entry> {
    const name = nameOf(address);
    const entry = entries.get(name) ?? load(address, options);
    entries.delete(name);
    entries.set(name, entry);
    const [oldest] = entries.keys();
    if (entries.size > OPEN_IMAGES && oldest !== undefined) entries.delete(oldest);
    entry.catch(() => {
      if (entries.get(name) === entry) entries.delete(name);
    });
    return entry;
  }

  async function load(address: ImageAddress, options: ReadOptions): Promise<Entry> {
    const { identifier, page } = address;
    const found = await finder.find(identifier);
    if (!found) {
      throw new ImageServerError(404, `No image has the identifier "${identifier}". Check its spelling and encoding.`);
    }
    const restored = await restore(found, page);
    return restored ?? (page === 1 ? readEntry(found, options) : readPageEntry(address, options));
  }

  async function restore(found: FoundSource, page: number): Promise<Entry | undefined> {
    const record = await attempt(() => index?.get(keyOf(found, page)));
    if (record?.shape !== STRUCTURE_VERSION) return undefined;
    return entryFor(found, page, found.open(record), record);
  }

  async function readEntry(found: FoundSource, options: ReadOptions): Promise<Entry> {
    const source = found.open();
    const structure = await opener.readStructure(
      withinReadingLimit((range, reading) => source.read(range, reading)),
      {
        // Others may be waiting for the same structure: it is read to its end, whoever goes away.
        timing: options.timing,
        objectSize: () => source.size,
      },
    );
    // A server that shows no validator at all still can't show another length unnoticed.
    const version = source.version ?? `size-${source.size ?? 'unknown'}`;
    const entry = entryFor(found, 1, source, { structure, version, confirmed: Date.now() });
    // Nobody waits for it: an index that isn't kept is read again.
    void keep(entry);
    return entry;
  }

  async function readPageEntry({ identifier, page }: ImageAddress, { timing }: ReadOptions): Promise<Entry> {
    const firstPage = { identifier, page: 1 };
    const first = await entryOf(firstPage, { timing });
    try {
      const { found, source, version, checked } = first;
      const { sizes, complete } = await first.readPages(page, { timing });
      const read: ReadBytes = withinReadingLimit((range, reading) => source.read(range, reading));
      const structure = await opener.readPageStructure(first.structure, page, read, {
        timing,
        objectSize: () => source.size,
      });
      if (!structure) throw noSuchPage(identifier, page, sizes.length, complete);
      const entry = entryFor(found, page, source, { structure, version, confirmed: checked });
      void keep(entry);
      return entry;
    } catch (error) {
      // What is known of the first page led here.
      if (error instanceof SourceChangedError) await forget(firstPage, first);
      throw error;
    }
  }

  /** One after the other: what one has found, the next needn't read. */
  async function readPagesOf(entry: Entry, count: number, { signal, timing }: ReadOptions): Promise<Pages> {
    const { source } = entry;
    const read: ReadBytes = withinReadingLimit((range, options) => source.read(range, options));
    for (let pages = pagesOf(entry.structure); ; pages = pagesOf(entry.structure)) {
      const known = pages.sizes.length;
      if (pages.complete || known >= Math.min(count, MAX_PAGES)) return pages;
      signal?.throwIfAborted();
      const next = async () => {
        const structure = await opener.readPages(entry.structure, Math.min(count, known + PAGES_AT_ONCE), read, {
          timing,
          objectSize: () => source.size,
        });
        if (structure === entry.structure) return;
        entry.structure = structure;
        void keep(entry);
      };
      const before = entry.paging;
      entry.paging = before.then(next, next);
      await untilAborted(entry.paging, readingLimit(timing));
    }
  }

  /** In the index as well; an image that can't be kept there is read again another time. */
  async function keep(entry: Entry): Promise<void> {
    if (entry.forgotten) return;
    const { key, source, structure, version, privateSource } = entry;
    // What was read may have come from what the source keeps: that is no sign that it is still so.
    const confirmed = confirmedAt(entry);
    const about = { shape: STRUCTURE_VERSION, version, privateSource, size: source.size };
    const record = { ...about, structure, confirmed };
    await attempt(() => index?.put(key, record));
  }

  /** Asks the source for its version, once for all who wait. What is out of reach can't have changed for us. */
  async function check(address: ImageAddress, entry: Entry, { timing }: ReadOptions): Promise<void> {
    const { found, source, version } = entry;
    const signal = AbortSignal.timeout(Math.min(CONFIRM_WITHIN, deadline));
    try {
      await found.open({ size: source.size, version }).read({ offset: 0, length: 1 }, { signal, timing });
      entry.checked = Date.now();
      entry.breaker.delivered();
      void keep(entry);
    } catch (error) {
      if (error instanceof SourceChangedError) await forget(address, entry);
      const gone = error instanceof ImageServerError && error.status < 500;
      if (gone || error instanceof SourceChangedError) throw error;
      entry.breaker.missed({ isBusy: signal.aborted || error instanceof SourceBusyError });
    }
    entry.checked = Date.now();
  }

  async function forget(address: ImageAddress, changed: OpenImage): Promise<void> {
    const { version } = changed;
    // Its answers can't be met any more: nobody waits until they are gone.
    void attempt(() => cache?.drop?.({ identifier: address.identifier, version }));
    await drop(address, (kept) => kept === changed);
    // What is known of the first page leads to the others.
    if (address.page > 1) await drop({ ...address, page: 1 }, (kept) => kept.version === version);
  }

  async function clear(meant?: Meant): Promise<void> {
    for (const [name, entry] of entries) {
      const identifier = identifierIn(name);
      if (meant && 'identifier' in meant && meant.identifier !== identifier) continue;
      // Of which source it is may not be known yet: those that aren't meant are opened again by the index.
      entries.delete(name);
      entry.then(
        async (open) => {
          if (meant && !isMeant({ ...open, identifier }, meant)) return;
          open.forgotten = true;
          await attempt(() => index?.delete(open.key));
        },
        () => undefined,
      );
    }
    if (!meant || 'privateSource' in meant) return index?.clear?.(meant);
    // It may be known without being open.
    const found = await attempt(() => finder.find(meant.identifier));
    if (found) await attempt(() => index?.delete(keyOf(found, 1)));
  }

  async function drop(address: ImageAddress, isMeant: (kept: Entry) => boolean): Promise<void> {
    const name = nameOf(address);
    const kept = await entries.get(name)?.catch(() => undefined);
    if (!kept || !isMeant(kept)) return;
    kept.forgotten = true;
    entries.delete(name);
    await attempt(() => index?.delete(kept.key));
  }

  function entryFor(
    found: FoundSource,
    page: number,
    source: Source,
    known: Pick<IndexRecord<ImageStructure>, 'structure' | 'version' | 'confirmed'>,
  ): Entry {
    const { structure, version, confirmed } = known;
    let reads = 0;
    const read: ReadBytes = withinReadingLimit((range, options) => {
      reads += 1;
      return source.read(range, options).finally(() => {
        reads -= 1;
      });
    });
    // As regions are read, more becomes known of some formats.
    const learned = (grown: ImageStructure) => {
      entry.structure = grown;
      if (!entry.forgotten) void keep(entry);
    };
    const image = opener.imageFromStructure(structure, read, { plainLimit, learned });
    const entry: Entry = {
      found,
      source,
      key: keyOf(found, page),
      structure,
      version,
      image,
      privateSource: found.privateSource,
      breaker: breakers.of(found.url),
      isReading: () => reads > 0,
      isHere: async () => (await source.isHere?.()) ?? false,
      checked: confirmed,
      checking: undefined,
      paging: Promise.resolve(),
      forgotten: false,
      readPages: (count, options) => readPagesOf(entry, count, options),
    };
    return entry;
  }

  return {
    async open(address, options) {
      const opening = entryOf(address, options);
      const entry = await untilAborted(opening, readingLimit(options.timing)).catch((cause: unknown) => {
        // It may be on its way to fail still: the next one isn't to join in that.
        const name = nameOf(address);
        if (entries.get(name) === opening) entries.delete(name);
        throw cause;
      });
      // A source that failed a moment ago isn't waited for by every answer.
      if (timeSince(confirmedAt(entry)) > revalidateAfter * 1000 && !entry.breaker.isOut) {
        entry.checking ??= check(address, entry, options).finally(() => {
          entry.checking = undefined;
        });
        await entry.checking;
      }
      if (entry.breaker.isDoubtful) options.timing?.mark('offline');
      return entry;
    },
    forget,
    clear,
  };
}

function noSuchPage(identifier: string, page: number, found: number, complete: boolean): ImageServerError {
  const has = complete
    ? `The file has ${found} page${found === 1 ? '' : 's'}.`
    : `Only the first ${MAX_PAGES} pages of a file are opened: store the others in a file of their own.`;
  return new ImageServerError(404, `The image "${identifier}" has no page ${page}. ${has}`);
}
