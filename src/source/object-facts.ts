/** What tells one version of an object from another. */
export interface ObjectFacts {
  /** Bytes. */
  readonly size: number | undefined;
  readonly version: string | undefined;
}

/** What a source's answers have told about the object itself. */
export interface AnsweredFacts {
  /** Bytes. */
  readonly size: number | undefined;
  /** A strong entity tag without its quotes. */
  readonly etag: string | undefined;
  /** Seconds since 1970. */
  readonly modified: number | undefined;
}

/** Before the first answer. */
export const NOTHING_ANSWERED: AnsweredFacts = { size: undefined, etag: undefined, modified: undefined };

/** Reads the validators of an answer. CORS hides `ETag` unless it is exposed; `Last-Modified` is always visible. */
export function factsOf(headers: Headers, size: number | undefined): AnsweredFacts {
  const etag = headers.get('etag')?.trim() ?? '';
  const modified = Date.parse(headers.get('last-modified') ?? '') / 1000;
  return {
    size,
    // A weak tag doesn't promise the same bytes (RFC 9110, section 8.8.1), so ranges can't be joined by it.
    etag: etag === '' || etag.startsWith('W/') ? undefined : etag.replace(/^"|"$/g, ''),
    modified: Number.isNaN(modified) ? undefined : modified,
  };
}

/** A token that changes with the object: its strong entity tag, else when it was changed with its size. */
export function versionOf({ size, etag, modified }: AnsweredFacts): string | undefined {
  if (etag !== undefined) return etag;
  return modified === undefined || size === undefined ? undefined : `${modified.toString(36)}-${size.toString(36)}`;
}

/** Whether two answers speak of two versions of the object. What one of them doesn't tell is no difference. */
export function differ(before: AnsweredFacts, after: AnsweredFacts): boolean {
  const tagged = before.etag !== undefined && after.etag !== undefined;
  const otherTag = tagged ? before.etag !== after.etag : unequal(before.modified, after.modified);
  return otherTag || unequal(before.size, after.size);
}

/** What both answers together tell; the first one where they speak of the same. */
export function joined(before: AnsweredFacts, after: AnsweredFacts): AnsweredFacts {
  return {
    size: before.size ?? after.size,
    etag: before.etag ?? after.etag,
    modified: before.modified ?? after.modified,
  };
}

/** Whether both are known and not the same. */
export function unequal<T>(before: T | undefined, after: T | undefined): boolean {
  return before !== undefined && after !== undefined && before !== after;
}
