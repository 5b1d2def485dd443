import { ImageServerError } from '../errors.ts';
import type { PinnedObject } from '../source/pinned.ts';
import { blockRange, bytesOf, digestOf, sameDigest } from './blocks.ts';
import type { ObjectRecord, PackDocument, PackRecord, Span } from './records.ts';
import { filtered, indicesOf, joined } from './spans.ts';
import type { PackStore } from './store.ts';

/** Bytes of blocks held in memory: neighbouring tiles lie in the same ones. */
export const RECENT_BYTES = 4 * 2 ** 20;

/** Everything that is pinned: the records in memory as they are in the store, whose only user this is. */
export class Shelf {
  readonly #store: PackStore;
  readonly packs = new Map<string, PackRecord>();
  readonly #objects = new Map<string, ObjectRecord>();
  /** Which blocks are there, by generation. */
  readonly #held = new Map<string, Promise<Set<number>>>();
  readonly #recent = new Map<string, Uint8Array>();
  #recentBytes = 0;
  #loaded: Promise<void> | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(store: PackStore) {
    this.#store = store;
  }

  /** Reads the records once. Rejects where the store can't be read; the next call tries again. */
  load(): Promise<void> {
    this.#loaded ??= this.#load().catch((cause: unknown) => {
      this.#loaded = undefined;
      throw cause;
    });
    return this.#loaded;
  }

  /** Runs changes of records one after the other. */
  exclusively<T>(work: () => Promise<T>): Promise<T> {
    const run = this.#last.then(work, work);
    this.#last = run.catch(() => undefined);
    return run;
  }

  object(url: string): ObjectRecord | undefined {
    return this.#objects.get(url);
  }

  ofGeneration(generation: string): ObjectRecord | undefined {
    return [...this.#objects.values()].find((object) => object.generation === generation);
  }

  /** Address of the object that an identifier had when it was pinned. */
  urlOf(identifier: string): string | undefined {
    for (const { works } of this.packs.values()) {
      const work = works.find((one) => one.identifier === identifier);
      if (work) return work.url;
    }
    return undefined;
  }

  /** A document of any pack, by its address; undefined as long as the records weren't read. */
  document(url: string): PackDocument | undefined {
    for (const { documents } of this.packs.values()) {
      const document = documents.find((one) => one.url === url);
      if (document) return document;
    }
    return undefined;
  }

  /** Blocks of an object that any pack wants. */
  wanted(url: string): readonly Span[] {
    const works = [...this.packs.values()].flatMap((pack) => pack.works);
    return joined(works.flatMap((work) => (work.url === url ? work.wanted : [])));
  }

  /** Blocks of `spans` that aren't there. */
  async missing({ generation, stale }: ObjectRecord, spans: readonly Span[]): Promise<readonly Span[]> {
    if (stale) return spans;
    const held = await this.#heldOf(generation);
    return filtered(spans, (index) => !held.has(index));
  }

  /** Bytes of all blocks that any pack wants and that are there. */
  async bytesHeld(): Promise<number> {
    let bytes = 0;
    for (const object of this.#objects.values()) {
      const wanted = this.wanted(object.url);
      bytes += bytesOf(object, wanted) - bytesOf(object, await this.missing(object, wanted));
    }
    return bytes;
  }

  async pinned(url: string): Promise<PinnedObject | undefined> {
    await this.load();
    const object = this.#objects.get(url);
    if (!object || object.stale) return undefined;
    const { size, version, blockLength } = object;
    return {
      size,
      version,
      blockLength,
      isComplete: async () => (await this.missing(object, this.wanted(url))).length === 0,
      readBlock: (index) => this.readBlock(object, index),
      spoil: () => this.exclusively(() => this.#spoil(object)),
    };
  }

  /** A block whose digest is right; one that is damaged or lost counts as missing from then on. */
  async readBlock(object: ObjectRecord, index: number): Promise<Uint8Array | undefined> {
    const { generation } = object;
    const held = await this.#heldOf(generation);
    if (!held.has(index)) return undefined;
    const recent = this.#recent.get(`${generation}/${index}`);
    const bytes = recent ?? (await this.#verified(object, index));
    if (bytes) this.#remember(`${generation}/${index}`, bytes);
    else held.delete(index);
    return bytes;
  }

  /** Looks at a block where it is stored. */
  async checkBlock(object: ObjectRecord, index: number): Promise<boolean> {
    this.#forget(`${object.generation}/${index}`);
    const isSound = (await this.#verified(object, index)) !== undefined;
    const held = await this.#heldOf(object.generation);
    if (isSound) held.add(index);
    else held.delete(index);
    return isSound;
  }

  /** @throws {ImageServerError} 507 where the storage is full. */
  async writeBlock({ generation }: ObjectRecord, index: number, bytes: Uint8Array): Promise<void> {
    const digest = await digestOf(bytes);
    try {
      await this.#store.write(generation, index, { bytes, digest });
    } catch (cause) {
      throw storageFull(cause);
    }
    (await this.#heldOf(generation)).add(index);
    this.#forget(`${generation}/${index}`);
  }

  /** Writes records; what no pack wants any more of the objects that were `touched` is removed. */
  async save(packs: readonly PackRecord[], objects: readonly ObjectRecord[], removed?: PackRecord): Promise<void> {
    const before = [...packs, ...(removed ? [removed] : [])].flatMap(({ id }) => this.packs.get(id)?.works ?? []);
    const replaced = objects.flatMap(({ url, generation }) => {
      const old = this.#objects.get(url);
      return old && old.generation !== generation ? [old] : [];
    });
    const after = new Map(this.packs);
    for (const pack of packs) after.set(pack.id, pack);
    if (removed) after.delete(removed.id);
    const used = new Set([...after.values()].flatMap(({ works }) => works.map(({ url }) => url)));
    const touched = [...new Set(before.map(({ url }) => url))];
    const dropped = touched.flatMap((url) => (used.has(url) ? [] : (this.#objects.get(url) ?? [])));
    const removedPacks = removed ? [removed.id] : [];
    await this.#store.save({ packs, objects, removedPacks, removedObjects: dropped.map(({ url }) => url) });
    this.packs.clear();
    for (const [id, pack] of after) this.packs.set(id, pack);
    for (const object of objects) this.#objects.set(object.url, object);
    for (const { url } of dropped) this.#objects.delete(url);
    for (const { generation } of [...replaced, ...dropped]) await this.#removeBlocks(generation);
    for (const url of touched) await this.#trim(url);
  }

  async #load(): Promise<void> {
    const { packs, objects } = await this.#store.load();
    for (const pack of packs) this.packs.set(pack.id, pack);
    for (const object of objects) this.#objects.set(object.url, object);
  }

  /** Removes blocks that a removal left behind which was cut off. */
  async tidy(): Promise<void> {
    const known = new Set([...this.#objects.values()].map(({ generation }) => generation));
    for (const generation of await this.#store.generations()) {
      if (!known.has(generation)) await this.#removeBlocks(generation);
    }
  }

  /** Removes blocks that no pack wants any more. */
  async #trim(url: string): Promise<void> {
    const object = this.#objects.get(url);
    if (!object) return;
    const wanted = new Set(indicesOf(this.wanted(url)));
    const held = await this.#heldOf(object.generation);
    const unwanted = [...held].filter((index) => !wanted.has(index));
    for (const index of unwanted) held.delete(index);
    if (unwanted.length > 0) await this.#store.remove(object.generation, unwanted);
  }

  async #removeBlocks(generation: string): Promise<void> {
    await this.#store.remove(generation, await this.#store.blocks(generation));
    this.#held.delete(generation);
  }

  async #spoil(object: ObjectRecord): Promise<void> {
    if (this.#objects.get(object.url) === object) await this.save([], [{ ...object, stale: true }]);
  }

  #heldOf(generation: string): Promise<Set<number>> {
    const known = this.#held.get(generation);
    if (known) return known;
    const held = this.#store.blocks(generation).then((indices) => new Set(indices));
    this.#held.set(generation, held);
    held.catch(() => this.#held.delete(generation));
    return held;
  }

  async #verified(object: ObjectRecord, index: number): Promise<Uint8Array | undefined> {
    const block = await this.#store.read(object.generation, index).catch(() => undefined);
    if (block?.bytes.length !== blockRange(object, index).length) return undefined;
    return sameDigest(await digestOf(block.bytes), block.digest) ? block.bytes : undefined;
  }

  #remember(key: string, bytes: Uint8Array): void {
    this.#forget(key);
    this.#recent.set(key, bytes);
    this.#recentBytes += bytes.length;
    for (const oldest of this.#recent.keys()) {
      if (this.#recentBytes <= RECENT_BYTES) break;
      this.#forget(oldest);
    }
  }

  #forget(key: string): void {
    this.#recentBytes -= this.#recent.get(key)?.length ?? 0;
    this.#recent.delete(key);
  }
}

function storageFull(cause: unknown): ImageServerError {
  return new ImageServerError(
    507,
    'The pack could not be written: the storage of this browser is full, or it refuses to keep anything. Remove other packs, or free space on the disk.',
    { cause },
  );
}
