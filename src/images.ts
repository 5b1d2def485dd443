import { attempt } from './cache/attempt.ts';
import type { IndexRecord, IndexStore } from './cache/index-store.ts';
import { ImageServerError } from './errors.ts';
import type { TiledImage } from './image/image.ts';
import { type ImageStructure, imageFromStructure, readStructure, STRUCTURE_VERSION } from './image/open.ts';
import type { FoundSource, SourceFinder } from './source/finder.ts';
import { type ReadOptions, type Source, SourceChangedError } from './source/source.ts';

/** An image whose structure is known. */
export interface OpenImage {
  readonly image: TiledImage;
  /** Of the source: answers of two versions are never the same. */
  readonly version: string;
}

/** The images in use: found, opened once, kept, and looked after. */
export interface Images {
  /**
   * Reads the structure if it isn't known, and nothing if it is and was confirmed lately.
   * @throws {SourceChangedError} when the source has another version than before: open it again.
   * @throws {ImageServerError} 404 for an unknown identifier, else what reading the source or the structure throws.
   */
  open(identifier: string, options: ReadOptions): Promise<OpenImage>;
  /** Drops an image that has changed, here and in the index; what others have opened anew meanwhile stays. */
  forget(identifier: string, changed: OpenImage): Promise<void>;
}

export interface ImagesOptions {
  readonly finder: SourceFinder;
  readonly index: IndexStore<ImageStructure> | undefined;
  /** Seconds for which a source is taken to be unchanged after it was last read. */
  readonly revalidateAfter: number;
}

/** Images kept open; each may hold some megabytes of index, so that a hundred would burden a phone. */
const OPEN_IMAGES = 32;

/** A source that doesn't confirm its version within this time, in milliseconds, counts as out of reach. */
const CONFIRM_WITHIN = 3000;

/** An open image and what keeps it honest. */
interface Entry extends OpenImage {
  readonly found: FoundSource;
  readonly source: Source;
  readonly structure: ImageStructure;
  /** When the version was last confirmed by other means than a read of the source; milliseconds since 1970. */
  checked: number;
  checking: Promise<void> | undefined;
}

export function createImages({ finder, index, revalidateAfter }: ImagesOptions): Images {
  /** In the order of their last use. */
  const entries = new Map<string, Promise<Entry>>();

  function entryOf(identifier: string, options: ReadOptions): Promise<Entry> {
    const entry = entries.get(identifier) ?? load(identifier, options);
    entries.delete(identifier);
    entries.set(identifier, entry);
    const [oldest] = entries.keys();
    if (entries.size > OPEN_IMAGES && oldest !== undefined) entries.delete(oldest);
    entry.catch(() => {
      if (entries.get(identifier) === entry) entries.delete(identifier);
    });
    return entry;
  }

  async function load(identifier: string, options: ReadOptions): Promise<Entry> {
    const found = await finder.find(identifier);
    if (!found) {
      throw new ImageServerError(404, `No image has the identifier "${identifier}". Check its spelling and encoding.`);
    }
    return (await restore(found)) ?? (await readEntry(found, options));
  }

  async function restore(found: FoundSource): Promise<Entry | undefined> {
    const record = await attempt(() => index?.get(found.url));
    if (record?.shape !== STRUCTURE_VERSION) return undefined;
    const source = found.open(record);
    return entryFor(found, source, record);
  }

  async function readEntry(found: FoundSource, options: ReadOptions): Promise<Entry> {
    const source = found.open();
    const structure = await readStructure((range, reading) => source.read(range, reading), {
      // Others may be waiting for the same structure: it is read to its end, whoever goes away.
      timing: options.timing,
      objectSize: () => source.size,
    });
    // A server that shows no validator at all still can't show another length unnoticed.
    const version = source.version ?? `size-${source.size ?? 'unknown'}`;
    const entry = entryFor(found, source, { structure, version, confirmed: Date.now() });
    // Nobody waits for it: an index that isn't kept is read again.
    void keep(entry);
    return entry;
  }

  /** In the index as well; an image that can't be kept there is read again another time. */
  async function keep({ found, source, structure, version }: Entry): Promise<void> {
    const record = { shape: STRUCTURE_VERSION, version, size: source.size, structure, confirmed: Date.now() };
    await attempt(() => index?.put(found.url, record));
  }

  /** Asks the source for its version, once for all who wait. What is out of reach can't have changed for us. */
  async function check(identifier: string, entry: Entry, { timing }: ReadOptions): Promise<void> {
    const { found, source, version } = entry;
    try {
      const signal = AbortSignal.timeout(CONFIRM_WITHIN);
      await found.open({ size: source.size, version }).read({ offset: 0, length: 1 }, { signal, timing });
      await keep(entry);
    } catch (error) {
      if (error instanceof SourceChangedError) await forget(identifier, entry);
      const gone = error instanceof ImageServerError && error.status < 500;
      if (gone || error instanceof SourceChangedError) throw error;
    }
    entry.checked = Date.now();
  }

  async function forget(identifier: string, changed: OpenImage): Promise<void> {
    const kept = await entries.get(identifier)?.catch(() => undefined);
    if (kept !== changed) return;
    entries.delete(identifier);
    await attempt(() => index?.delete(kept.found.url));
  }

  return {
    async open(identifier, options) {
      const entry = await entryOf(identifier, options);
      const seen = Math.max(entry.checked, entry.source.lastRead ?? 0);
      // A clock that was set back must not make an image current for years.
      if (Math.abs(Date.now() - seen) > revalidateAfter * 1000) {
        entry.checking ??= check(identifier, entry, options).finally(() => {
          entry.checking = undefined;
        });
        await entry.checking;
      }
      return entry;
    },
    forget,
  };
}

function entryFor(
  found: FoundSource,
  source: Source,
  known: Pick<IndexRecord<ImageStructure>, 'structure' | 'version' | 'confirmed'>,
): Entry {
  const { structure, version, confirmed } = known;
  const image = imageFromStructure(structure, (range, options) => source.read(range, options));
  return { found, source, structure, version, image, checked: confirmed, checking: undefined };
}
