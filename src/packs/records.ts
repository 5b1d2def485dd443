/** A run of an object's blocks, counted from 0: from `first` up to, but not with, `end`. */
export interface Span {
  readonly first: number;
  readonly end: number;
}

/** What a pack holds of its images: all of their sources, or their levels up to a width in pixels. */
export type PackContent = 'source' | { readonly width: number };

/** A JSON document that belongs to a pack: the manifest its works were found in. */
export interface PackDocument {
  /** Its address. */
  readonly url: string;
  /** As it was when it was pinned. */
  readonly text: string;
}

/** One image of a pack. */
export interface WorkRecord {
  readonly identifier: string;
  /** Of its object. */
  readonly url: string;
  readonly content: PackContent;
  /** Blocks of the object that the pack is to hold, in order. */
  readonly wanted: readonly Span[];
  /** Why the last attempt to fetch it was given up, in words for the reader. */
  readonly problem?: string | undefined;
}

/** A choice of works that stays until someone removes it. */
export interface PackRecord {
  readonly id: string;
  readonly label: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly works: readonly WorkRecord[];
  readonly documents: readonly PackDocument[];
  /** Image services of the documents that aren't served here: nothing of them is in the pack. */
  readonly foreign: readonly string[];
}

/** One object at a source, as it was when its pinning began; several packs share it. */
export interface ObjectRecord {
  readonly url: string;
  /** Its blocks are kept under this name, which no other version of the object ever has: versions can't mix. */
  readonly generation: string;
  /** Validator, where the source shows one. */
  readonly version: string | undefined;
  /** Bytes. */
  readonly size: number;
  /** Bytes of each block but the last. */
  readonly blockLength: number;
  /** The source was seen to have changed before all wanted blocks had come: none of them is used any more. */
  readonly stale?: boolean | undefined;
}
