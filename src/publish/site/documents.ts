import { SITE_PLACEHOLDER } from '../placeholder.ts';

/** Everything is found relative to the page, so that the site works under any path. */
export const siteUrl = new URL('./', document.baseURI).href;

export interface Catalogue {
  readonly title: string;
  readonly works: readonly CataloguedWork[];
}

export interface CataloguedWork {
  readonly slug: string;
  readonly title: string;
  /** Identifier of the first page. */
  readonly image: string;
  readonly pages: number;
  /** What is searched beside the title. */
  readonly words: string;
}

/** What a page takes from a manifest. */
export interface Work {
  readonly title: string;
  readonly summary: string | undefined;
  readonly metadata: readonly (readonly [label: string, value: string])[];
  readonly rights: string | undefined;
  readonly pages: readonly Page[];
}

export interface Page {
  readonly label: string;
  readonly identifier: string;
  readonly metadata: Work['metadata'];
}

/** A label in whatever language, as this site's manifests have one only. */
type Label = { readonly [language: string]: readonly string[] };
type Pair = { readonly label: Label; readonly value: Label };

interface Manifest {
  readonly label: Label;
  readonly summary?: Label;
  readonly metadata?: readonly Pair[];
  readonly requiredStatement?: Pair;
  readonly rights?: string;
  readonly items: readonly {
    readonly label: Label;
    readonly metadata?: readonly Pair[];
    readonly items: readonly [
      { readonly items: readonly [{ readonly body: { readonly service: readonly [{ readonly id: string }] } }] },
    ];
  }[];
}

export function readCatalogue(): Promise<Catalogue> {
  return readJson<Catalogue>('catalogue.json');
}

export async function readWork(slug: string): Promise<Work> {
  const manifest = await readJson<Manifest>(manifestPath(slug));
  const { label, summary, metadata = [], requiredStatement, rights, items } = manifest;
  return {
    title: wordsOf(label),
    summary: summary && wordsOf(summary),
    metadata: pairsOf(requiredStatement ? [...metadata, requiredStatement] : metadata),
    rights,
    pages: items.map((canvas) => ({
      label: wordsOf(canvas.label),
      // The last part of a service's address, whatever site it was published for.
      identifier: decodeURIComponent(canvas.items[0].items[0].body.service[0].id.split('/').at(-1) ?? ''),
      metadata: pairsOf(canvas.metadata ?? []),
    })),
  };
}

export const manifestPath = (slug: string) => `manifests/${encodeURIComponent(slug)}.json`;

/** The image that fits into a box. */
export function imageUrl(identifier: string, box: number): string {
  return `${siteUrl}iiif/3/${encodeURIComponent(identifier)}/full/!${box},${box}/0/default.jpg`;
}

export function infoUrl(identifier: string): string {
  return `${siteUrl}iiif/3/${encodeURIComponent(identifier)}/info.json`;
}

export function pageUrl(page: 'work' | 'zoom', slug: string, number?: number): string {
  const query = new URLSearchParams({ work: slug, ...(number === undefined ? {} : { page: String(number) }) });
  return `${siteUrl}${page}.html?${query}`;
}

/** What the page's address asks for: a work, and a page of it from 1 on. */
export function asked(): { readonly slug: string; readonly page: number } {
  const query = new URLSearchParams(location.search);
  return { slug: query.get('work') ?? '', page: Math.max(1, Number(query.get('page')) || 1) };
}

async function readJson<T>(path: string): Promise<T> {
  const response = await fetch(new URL(path, siteUrl)).catch((cause: unknown) => {
    throw new Error('The site is out of reach. Check the connection and reload the page.', { cause });
  });
  if (!response.ok) throw new Error(`There is no such work on this site (${response.status}).`);
  // Before the worker has taken over, the page itself puts the site's address in.
  return JSON.parse((await response.text()).replaceAll(SITE_PLACEHOLDER, siteUrl));
}

const wordsOf = (label: Label) => Object.values(label).flat().join('; ');

const pairsOf = (pairs: readonly Pair[]): Work['metadata'] =>
  pairs.map(({ label, value }) => [wordsOf(label), wordsOf(value)] as const);
