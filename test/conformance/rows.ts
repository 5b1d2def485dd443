/**
 * A request that is answered with an image.
 * `path` is relative to the version's prefix; `size` is the answer's; `region` is the part of the picture that must be seen
 * in it (the whole picture if not given), and `turn` how it must lie ('!90': mirrored, then a quarter clockwise).
 */
export type ImageRow = readonly [
  fact: string,
  path: string,
  size: readonly [width: number, height: number],
  region?: readonly [x: number, y: number, width: number, height: number] | undefined,
  turn?: string,
];

/** A request that is refused. */
export type ErrorRow = readonly [fact: string, path: string, status: number];

/** An image request and the canonical path its Link header must name. */
export type CanonicalRow = readonly [fact: string, path: string, canonical: string];

/** A property of an identifier's `info.json`; undefined where it must not be there. */
export type InfoRow = readonly [fact: string, identifier: string, property: string, value: unknown];

export interface Exchange {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request and what its answer's headers must be; null where a header must not be there. */
export type HttpRow = readonly [
  fact: string,
  path: string,
  exchange: Exchange,
  status: number,
  headers: Readonly<Record<string, string | RegExp | null>>,
];

export interface Tables {
  readonly images: readonly ImageRow[];
  readonly errors: readonly ErrorRow[];
  readonly canonical: readonly CanonicalRow[];
  readonly info: readonly InfoRow[];
  readonly http: readonly HttpRow[];
}

export function countRows(tables: Tables): number {
  return Object.values(tables).reduce((sum, rows) => sum + rows.length, 0);
}
