import type { ByteRange } from '../source/source.ts';
import type { PackContent, PackDocument, Span } from './records.ts';

/** What a pack is to hold of one image, and how much of it is there. */
export interface MeasuredWork {
  readonly identifier: string;
  /** Bytes of the whole object. */
  readonly size: number;
  readonly version: string | undefined;
  readonly blockLength: number;
  readonly content: PackContent;
  readonly wanted: readonly Span[];
  /** Bytes of the wanted blocks. */
  readonly bytes: number;
  /** Bytes of those that are there already. */
  readonly held: number;
}

/** A pack as it is to be. */
export interface PackOrder {
  readonly id: string;
  readonly label: string;
  readonly works: readonly Pick<MeasuredWork, 'identifier' | 'size' | 'version' | 'content' | 'wanted'>[];
  readonly documents: readonly PackDocument[];
  /** Image services of the documents that aren't served here: nothing of them is in the pack. */
  readonly foreign: readonly string[];
}

/** How much of an image there is. */
export interface WorkStatus {
  readonly identifier: string;
  /** Validator of the source, where it shows one. */
  readonly version: string | undefined;
  /** What is kept of it. */
  readonly content: PackContent;
  /** Bytes that the pack is to hold of it. */
  readonly bytes: number;
  /** Bytes of it that are there. */
  readonly held: number;
  /** Why the last attempt to fetch the rest was given up. */
  readonly problem: string | undefined;
}

/** A pack, and how much of it is here. Sizes in bytes. */
export interface PackStatus {
  /** Names it in `unpin`, `verify` and `exportPack`. */
  readonly id: string;
  /** For the reader. */
  readonly label: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  /** Of all that it is to keep. */
  readonly bytes: number;
  /** Of these, those that are here. */
  readonly held: number;
  /** Nothing is missing. */
  readonly isComplete: boolean;
  /** What is missing: `works` of which `held` is less than `bytes`. */
  readonly works: readonly WorkStatus[];
  /** Manifests and collections that it keeps. */
  readonly documents: readonly PackDocument[];
  /** Image services of the documents that aren't served here: nothing of them is in the pack. */
  readonly foreign: readonly string[];
}

/** The blocks of an image that a pack is to hold. */
export interface Part {
  readonly identifier: string;
  /** Names the version of the object that the blocks are of. */
  readonly generation: string;
  readonly size: number;
  readonly blockLength: number;
  readonly wanted: readonly Span[];
  /** Those of them that aren't there. */
  readonly missing: readonly Span[];
}

/** Blocks of one version of an image. */
export interface OfGeneration {
  readonly identifier: string;
  readonly generation: string;
}

/** What the keeper of the packs allows. */
export interface PackRoom {
  /** Path under which the image services are. */
  readonly prefix: string;
  /** Bytes that may be pinned in all; undefined where nothing is configured. */
  readonly budget: number | undefined;
  /** Bytes of all pinned blocks. */
  readonly used: number;
  /** Bytes of what gives way to packs: cached answers, which can be made again. */
  readonly yielding: number;
}

/**
 * The keeper of packs, as those who drive a download see it: each call is short and may be repeated, takes and gives
 * plain data, and leaves everything that must last in storage. So the driver may live in a page and the keeper in a
 * service worker that is killed between two calls, or in the middle of one.
 *
 * Calls reject with ImageServerError: 404 for an unknown pack or image, 409 where the image has another version than
 * was asked for, 507 where the storage is full, and as reading the source does.
 */
export interface PackDesk {
  room(): Promise<PackRoom>;
  /** Has what gives way to packs free so many bytes, or all it has. */
  giveWay(ask: { readonly bytes: number }): Promise<void>;
  /** Finds out the size of an image by reading its first byte, and its index where only a part of it is wanted. */
  measure(ask: { readonly identifier: string; readonly content: PackContent }): Promise<MeasuredWork>;
  /** Notes a pack, or what it is to be from now on. What is there of its images stays, unless it is another version. */
  begin(order: PackOrder): Promise<void>;
  list(): Promise<readonly PackStatus[]>;
  /** The blocks of a pack, image by image. */
  parts(ask: { readonly id: string }): Promise<readonly Part[]>;
  /** Begins an image of a pack again, as it is at its source now. */
  renew(ask: { readonly id: string; readonly identifier: string }): Promise<void>;
  /** Reads bytes of an image from its source, behind all that someone is looking at. */
  read(ask: OfGeneration & { readonly range: ByteRange }): Promise<Uint8Array>;
  /** Keeps a block; one that was there is replaced. */
  put(ask: OfGeneration & { readonly index: number; readonly bytes: Uint8Array }): Promise<void>;
  /** The bytes of a block that is there; 404 where it isn't, or is damaged. */
  block(ask: OfGeneration & { readonly index: number }): Promise<Uint8Array>;
  /** Notes why an image of a pack isn't fetched; undefined where it is tried again. */
  note(ask: { readonly id: string; readonly identifier: string; readonly problem: string | undefined }): Promise<void>;
  /**
   * Reads blocks and compares their digests; those that are damaged or lost count as missing from then on. Gives how
   * many they were.
   */
  check(ask: OfGeneration & Span): Promise<number>;
  /** Removes a pack, and all of its bytes that no other pack wants. */
  remove(ask: { readonly id: string }): Promise<void>;
}
