import { ImageServerError } from '../errors.ts';
import { splitPage } from '../iiif/page-path.ts';
import { identifierOf, type Presented, readPresentation } from '../packs/presentation.ts';
import type { PackDocument } from '../packs/records.ts';

/**
 * What is to be pinned: an identifier, several of them, or a IIIF manifest or collection (Presentation API 2.1 or 3.0),
 * as a document or by its address (a `URL`, or a string that begins with `http:` or `https:`).
 */
export type PinTarget = string | URL | readonly string[] | Readonly<Record<string, unknown>>;

/** The works that a target leads to. */
export interface FoundWorks {
  readonly id: string;
  readonly label: string;
  readonly identifiers: readonly string[];
  readonly documents: readonly PackDocument[];
  /** Image services of other servers. */
  readonly foreign: readonly string[];
}

/** Manifests and collections of one pack. A reading room shows dozens of works; a mistaken top collection, thousands. */
export const MOST_DOCUMENTS = 1000;

/** @throws {ImageServerError} 502 where a document can't be had, 422 where it is none, or too large. */
export async function findWorks(target: PinTarget, prefix: string): Promise<FoundWorks> {
  if (target instanceof URL || (typeof target === 'string' && /^https?:/.test(target))) {
    return findPresented(new URL(target).href, undefined, prefix);
  }
  if (typeof target === 'string') return listed([target]);
  if (isList(target)) return listed(target);
  const id = target.id ?? target['@id'];
  return findPresented(typeof id === 'string' ? id : document.baseURI, target, prefix);
}

function listed(identifiers: readonly string[]): FoundWorks {
  const works = [...new Set(identifiers.map((identifier) => splitPage(identifier).identifier))];
  const [first = ''] = works;
  const label = works.length > 1 ? `${first} and ${works.length - 1} more` : first;
  return { id: works.join(' '), label, identifiers: works, documents: [], foreign: [] };
}

async function findPresented(url: string, given: unknown, prefix: string): Promise<FoundWorks> {
  const identifiers = new Set<string>();
  const foreign = new Set<string>();
  const documents = new Map<string, PackDocument>();
  let label: string | undefined;
  for (const waiting = [url]; waiting.length > 0; ) {
    const next = waiting.shift() ?? '';
    if (documents.has(next)) continue;
    if (documents.size === MOST_DOCUMENTS) {
      throw new ImageServerError(422, `The collection has more than ${MOST_DOCUMENTS} manifests. Pin its parts.`);
    }
    const text = next === url && given !== undefined ? JSON.stringify(given) : await fetchText(next);
    const presented = parse(text);
    documents.set(next, { url: next, text });
    label ??= presented.label;
    for (const service of presented.services) {
      const identifier = identifierOf(service, { base: next, origin: location.origin, prefix });
      if (identifier === undefined) foreign.add(service);
      else identifiers.add(identifier);
    }
    waiting.push(...presented.references.map((reference) => new URL(reference, next).href));
  }
  if (identifiers.size === 0) {
    throw new ImageServerError(
      422,
      `None of the ${foreign.size} image services of this document is served by this worker (${prefix}), and only its own images can be pinned.`,
    );
  }
  return {
    id: url,
    label: label ?? url,
    identifiers: [...identifiers],
    documents: [...documents.values()],
    foreign: [...foreign],
  };
}

async function fetchText(url: string): Promise<string> {
  const response = await fetch(url).catch((cause: unknown) => {
    throw new ImageServerError(502, `The document ${url} could not be reached.`, { cause });
  });
  if (!response.ok) throw new ImageServerError(502, `The document ${url} could not be had: ${response.status}.`);
  return response.text();
}

function parse(text: string): Presented {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw new ImageServerError(422, 'This is no IIIF manifest or collection: it is no JSON.', { cause });
  }
  return readPresentation(document);
}

function isList(target: PinTarget): target is readonly string[] {
  return Array.isArray(target);
}
