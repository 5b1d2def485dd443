import { attempt } from '../cache/attempt.ts';
import { ImageServerError } from '../errors.ts';
import type { ImageOpener } from '../image/readers.ts';
import type { SourceFinder } from '../source/finder.ts';
import { localUrl } from '../source/local.ts';
import type { Source } from '../source/source.ts';
import { blockCount, blockLengthFor, blockRange, bytesOf } from './blocks.ts';
import type {
  MeasuredWork,
  OfGeneration,
  PackDesk,
  PackOrder,
  PackRoom,
  PackStatus,
  Part,
  WorkStatus,
} from './desk.ts';
import { pinnedFinder } from './pinned-finder.ts';
import type { ObjectRecord, PackRecord, WorkRecord } from './records.ts';
import type { Shelf } from './shelf.ts';
import { includes } from './spans.ts';
import { wantedBlocks } from './wanted.ts';

export interface PackDeskOptions {
  readonly shelf: Shelf;
  /** Where the images are that may be pinned. */
  readonly finder: SourceFinder;
  /** Finds the levels of images. */
  readonly opener: ImageOpener;
  /** Path under which the image services are. */
  readonly prefix: string;
  /** Bytes that may be pinned in all; by default as many as the storage takes. */
  readonly budget?: number | undefined;
  /** What takes storage and counts less than packs. */
  readonly yielding?: Yielding | undefined;
  /**
   * Gets what pinned images need besides their bytes to be shown without a network. What fails is tried again with every
   * download, and whenever the packs are listed.
   */
  readonly equip?: (() => Promise<unknown>) | undefined;
}

/** Something that is kept and can be made again. */
export interface Yielding {
  /** Bytes it takes. */
  bytes(): Promise<number>;
  /** Frees so many bytes, or all it has. */
  giveWay(bytes: number): Promise<unknown>;
}

type Measuring = Parameters<PackDesk['measure']>[0];

export type CreatePackDesk = (options: PackDeskOptions) => PackDesk;

/** Works of one pack: more would make its record a burden to read at each start. */
export const MOST_WORKS = 10_000;

/** Sources kept open: a download reads one or two at a time, and each holds a megabyte at most. */
const MOST_SOURCES = 16;

const LOW = { priority: 'low' } as const;

/** The desk at which packs are ordered that lie on a shelf. Reads nothing until it is asked. */
export const createPackDesk: CreatePackDesk = ({ shelf, finder, opener, prefix, budget, yielding, equip }) => {
  const { find } = pinnedFinder(shelf, finder);
  const sources = new Map<string, Source>();
  let ready: Promise<void> | undefined;

  /** Before the first change, what an earlier life left half removed goes. */
  function opened(): Promise<void> {
    ready ??= shelf
      .load()
      .then(() => shelf.exclusively(() => shelf.tidy()))
      .catch((cause: unknown) => {
        ready = undefined;
        throw cause;
      });
    return ready;
  }

  async function measure({ identifier, content }: Measuring): Promise<MeasuredWork> {
    await opened();
    const url = await urlOf(identifier);
    const { size, version } = await factsOf(identifier, url);
    const known = shelf.object(url);
    const isSame = known !== undefined && known.size === size && known.version === version;
    const object = isSame ? known : { url, generation: '', version, size, blockLength: blockLengthFor(size) };
    const source = (await (isSame ? { find } : finder).find(identifier))?.open({ size, version });
    if (!source) throw unknownImage(identifier);
    const wanted = await wantedBlocks(content, object, source, opener).catch((cause: unknown) => {
      throw isChange(cause) ? changed(identifier, cause) : cause;
    });
    const bytes = bytesOf(object, wanted);
    const missing = isSame ? await shelf.missing(object, wanted) : wanted;
    const { blockLength } = object;
    return { identifier, size, version, blockLength, content, wanted, bytes, held: bytes - bytesOf(object, missing) };
  }

  /** What the source says of an object, or what is pinned where it doesn't answer. */
  async function factsOf(identifier: string, url: string): Promise<Pick<ObjectRecord, 'size' | 'version'>> {
    try {
      const source = (await finder.find(identifier))?.open();
      await source?.read({ offset: 0, length: 1 }, LOW);
      if (source?.size !== undefined) return { size: source.size, version: source.version };
    } catch (cause) {
      const known = shelf.object(url);
      const isOutOfReach = !(cause instanceof ImageServerError) || cause.status >= 500;
      if (!isOutOfReach || !known || known.stale) throw cause;
      return known;
    }
    const known = shelf.object(url);
    if (known) return known;
    if (localUrl(identifier) !== undefined) throw unknownImage(identifier);
    throw new ImageServerError(502, `The source does not tell how long the image "${identifier}" is.`);
  }

  async function begin({ id, label, works, documents, foreign }: PackOrder): Promise<void> {
    await opened();
    if (works.length > MOST_WORKS) {
      throw new ImageServerError(400, `A pack has at most ${MOST_WORKS} works, and this one ${works.length}.`);
    }
    const records: WorkRecord[] = [];
    const objects = new Map<string, ObjectRecord>();
    for (const { identifier, size, version, content, wanted } of works) {
      const url = await urlOf(identifier);
      const known = shelf.object(url);
      const isSame = known?.size === size && known.version === version && !known.stale;
      if (!isSame) {
        const generation = crypto.randomUUID();
        objects.set(url, { url, generation, version, size, blockLength: blockLengthFor(size) });
      }
      records.push({ identifier, url, content, wanted });
    }
    const { created = Date.now() } = shelf.packs.get(id) ?? {};
    const pack: PackRecord = { id, label, created, works: records, documents, foreign };
    await shelf.exclusively(() => shelf.save([pack], [...objects.values()]));
    await attempt(async () => equip?.());
  }

  async function statusOf({ works, ...pack }: PackRecord): Promise<PackStatus> {
    const list: WorkStatus[] = [];
    for (const { identifier, url, content, wanted, problem } of works) {
      const object = shelf.object(url);
      const bytes = object ? bytesOf(object, wanted) : 0;
      const held = object ? bytes - bytesOf(object, await shelf.missing(object, wanted)) : 0;
      const { version } = object ?? {};
      list.push({ identifier, version, content, bytes, held, problem: held < bytes ? problem : undefined });
    }
    const bytes = list.reduce((sum, work) => sum + work.bytes, 0);
    const held = list.reduce((sum, work) => sum + work.held, 0);
    return { ...pack, bytes, held, isComplete: held === bytes, works: list };
  }

  /** The object that a call is about, of the version it is about. */
  async function objectOf({ identifier, generation }: OfGeneration): Promise<ObjectRecord> {
    await opened();
    const object = shelf.ofGeneration(generation);
    if (object && !object.stale) return object;
    throw new ImageServerError(409, `Another version of the image "${identifier}" is pinned by now, or none any more.`);
  }

  async function packOf(id: string): Promise<PackRecord> {
    await opened();
    const pack = shelf.packs.get(id);
    if (pack) return pack;
    throw new ImageServerError(404, `There is no pack "${id}".`);
  }

  /** What a work of a pack was ordered as. */
  function orderOf({ identifier, url, content, wanted }: WorkRecord): PackOrder['works'][number] {
    const { size = 0, version } = shelf.object(url) ?? {};
    return { identifier, size, version, content, wanted };
  }

  async function sourceOf({ generation, size, version }: ObjectRecord, identifier: string): Promise<Source> {
    const known = sources.get(generation);
    if (known) return known;
    const found = await finder.find(identifier);
    if (!found) throw unknownImage(identifier);
    const source = found.open({ size, version });
    sources.set(generation, source);
    const [oldest] = sources.keys();
    if (sources.size > MOST_SOURCES && oldest !== undefined) sources.delete(oldest);
    return source;
  }

  async function urlOf(identifier: string): Promise<string> {
    // A pack from another machine may hold files that this one never had.
    const url = localUrl(identifier) ?? (await find(identifier))?.url;
    if (url !== undefined) return url;
    throw unknownImage(identifier);
  }

  return {
    measure,
    begin,
    async room(): Promise<PackRoom> {
      await opened();
      // A cache that can't be read is no reason to keep nothing.
      const cached = (await yielding?.bytes().catch(() => 0)) ?? 0;
      return { prefix, budget, used: await shelf.bytesHeld(), yielding: cached };
    },
    async giveWay({ bytes }) {
      await yielding?.giveWay(bytes);
    },
    async list() {
      await opened();
      const list: PackStatus[] = [];
      for (const pack of shelf.packs.values()) list.push(await statusOf(pack));
      if (list.length > 0) void attempt(async () => equip?.());
      return list.sort((a, b) => a.created - b.created);
    },
    async parts({ id }) {
      const parts: Part[] = [];
      await attempt(async () => equip?.());
      for (const { identifier, url, wanted } of (await packOf(id)).works) {
        const object = shelf.object(url);
        if (!object) continue;
        const { generation, size, blockLength } = object;
        parts.push({ identifier, generation, size, blockLength, wanted, missing: await shelf.missing(object, wanted) });
      }
      return parts;
    },
    async renew({ id, identifier }) {
      const { works, ...pack } = await packOf(id);
      const content = works.find((work) => work.identifier === identifier)?.content ?? 'source';
      const measured = await measure({ identifier, content });
      const order = works.map((work) => (work.identifier === identifier ? measured : orderOf(work)));
      await begin({ ...pack, works: order });
    },
    async read({ range, ...of }) {
      const object = await objectOf(of);
      const source = await sourceOf(object, of.identifier);
      try {
        return await source.read(range, LOW);
      } catch (cause) {
        if (!isChange(cause)) throw cause;
        sources.delete(object.generation);
        throw changed(of.identifier, cause);
      }
    },
    async put({ index, bytes, ...of }) {
      const object = await objectOf(of);
      const isWanted = includes(shelf.wanted(object.url), index);
      if (!isWanted || bytes.length !== blockRange(object, index).length) {
        throw new ImageServerError(400, `Block ${index} of the image "${of.identifier}" is not one of its pack's.`);
      }
      await shelf.writeBlock(object, index, bytes);
    },
    async block({ index, ...of }) {
      const bytes = await shelf.readBlock(await objectOf(of), index);
      if (bytes) return bytes.slice();
      throw new ImageServerError(404, `Block ${index} of the image "${of.identifier}" is missing. Verify the pack.`);
    },
    async note({ id, identifier, problem }) {
      const pack = await packOf(id);
      const works = pack.works.map((work) => (work.identifier === identifier ? { ...work, problem } : work));
      await shelf.exclusively(() => shelf.save([{ ...pack, works }], []));
    },
    async check({ first, end, ...of }) {
      const object = await objectOf(of);
      const wanted = shelf.wanted(object.url);
      let unsound = 0;
      for (let index = first; index < Math.min(end, blockCount(object)); index++) {
        if (includes(wanted, index) && !(await shelf.checkBlock(object, index))) unsound += 1;
      }
      return unsound;
    },
    async remove({ id }) {
      const pack = await packOf(id);
      await shelf.exclusively(() => shelf.save([], [], pack));
    },
  };
};

/** By name: a host may have loaded this and the sources as two scripts, each with a class of its own. */
function isChange(cause: unknown): boolean {
  return cause instanceof Error && cause.name === 'SourceChangedError';
}

function changed(identifier: string, cause: unknown): ImageServerError {
  return new ImageServerError(409, `The image "${identifier}" was changed at its source.`, { cause });
}

function unknownImage(identifier: string): ImageServerError {
  return new ImageServerError(404, `No image has the identifier "${identifier}". Check its spelling and encoding.`);
}
