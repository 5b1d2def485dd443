import { splitPage } from '../../src/iiif/page-path.ts';
import type { PackStatus } from '../../src/packs/desk.ts';
import { readPresentation } from '../../src/packs/presentation.ts';
import type { PackDocument } from '../../src/packs/records.ts';
import { photographs } from '../exhibits.ts';

/** What a visitor chooses: a picture, or a book of several pages. */
export interface Work {
  readonly title: string;
  /** Whose it is, where that is known. */
  readonly author: string | undefined;
  /** IIIF identifiers of its pages, at least one. */
  readonly pages: readonly [first: string, ...others: string[]];
  /** All of its bytes are on this machine. */
  readonly isHere: boolean;
}

/** What of packs is looked at. */
export type ShownPack = Pick<PackStatus, 'label' | 'isComplete' | 'documents'> & {
  readonly works: readonly Pick<PackStatus['works'][number], 'identifier' | 'bytes' | 'held'>[];
};

/**
 * The works on show: those of the packs, complete packs first; without any, the demo's own. `wanted` chooses some by
 * identifier, in this order: a work that is in no pack is then shown under its identifier.
 */
export function worksOnShow(packs: readonly ShownPack[], wanted: readonly string[] = []): readonly Work[] {
  const sorted = [...packs].sort((a, b) => Number(b.isComplete) - Number(a.isComplete));
  const pinned = withoutRepeats(sorted.flatMap(worksOfPack));
  if (wanted.length === 0) return pinned.length > 0 ? pinned : photographs.map(({ id }) => single(id, false));
  return wanted.map((id) => pinned.find(({ pages }) => pages.includes(id)) ?? single(id, false));
}

function worksOfPack(pack: ShownPack): readonly Work[] {
  const here = new Map(pack.works.map(({ identifier, bytes, held }) => [identifier, bytes > 0 && held >= bytes]));
  const books = pack.documents.flatMap((document) => workOfDocument(document, here));
  const shown = new Set(books.flatMap(({ pages }) => pages.map(imageOf)));
  const rest = pack.works.filter(({ identifier }) => !shown.has(identifier));
  const label = pack.works.length === 1 ? pack.label : undefined;
  return [...books, ...rest.map(({ identifier }) => single(identifier, here.get(identifier) === true, label))];
}

/** A manifest's pages that the pack holds; none of a collection, which only names manifests. */
function workOfDocument({ text }: PackDocument, here: ReadonlyMap<string, boolean>): readonly Work[] {
  const { label, services } = readPresentation(JSON.parse(text));
  const pages = services.map(identifierOf).filter((id) => here.has(imageOf(id)));
  const [first, ...others] = pages;
  if (first === undefined) return [];
  const isHere = pages.every((id) => here.get(imageOf(id)));
  if (others.length === 0) return [single(first, isHere, label)];
  return [{ title: labelFor(first, label) ?? titleOf(first), author: undefined, pages: [first, ...others], isHere }];
}

function single(id: string, isHere: boolean, label?: string): Work {
  const known = photographs.find((photograph) => photograph.id === id);
  return { title: labelFor(id, label) ?? known?.title ?? titleOf(id), author: known?.author, pages: [id], isHere };
}

/** A label that is only the identifier tells a visitor nothing. */
function labelFor(id: string, label: string | undefined): string | undefined {
  return label === imageOf(id) ? undefined : label;
}

/** A name to read: `local/old-map.tif` is "old map". */
function titleOf(id: string): string {
  const name = imageOf(id).split(/[/:]/).at(-1) ?? id;
  return name.replace(/\.\w{2,4}$/, '').replaceAll(/[-_]+/g, ' ');
}

/**
 * The last part of a service's address. A pack may come from another site, so that the addresses in its manifests are
 * not this site's; the identifiers are.
 */
function identifierOf(service: string): string {
  return decodeURIComponent(service.split('/').at(-1) ?? '');
}

function imageOf(id: string): string {
  return splitPage(id).identifier;
}

function withoutRepeats(works: readonly Work[]): readonly Work[] {
  const seen = new Set<string>();
  return works.filter(({ pages: [first] }) => !seen.has(first) && seen.add(first));
}
