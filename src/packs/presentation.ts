import { ImageServerError } from '../errors.ts';
import { parseTarget } from '../iiif/target.ts';

/** What a manifest or a collection leads to. */
export interface Presented {
  readonly label: string | undefined;
  /** URLs of the image services, each once, in the document's order. */
  readonly services: readonly string[];
  /** URLs of manifests and collections that are only named in it. */
  readonly references: readonly string[];
}

/** Values looked at in one document: a book of 2,000 pages has some 100,000. */
export const MOST_VALUES = 2_000_000;
/** Documents nest a dozen levels deep. */
const DEEPEST = 64;

type Properties = Readonly<Record<string, unknown>>;

const IMAGE_SERVICE = /image-?service|iiif\.io\/api\/image|image\/\d/i;
const COLLECTED = new Set(['Manifest', 'Collection', 'sc:Manifest', 'sc:Collection']);

/**
 * Reads a document of the Presentation API, 2.1 or 3.0: image services stand at the images, thumbnails and logos of
 * either under `service`, and what a collection names has a type and an id but no items of its own.
 * @throws {ImageServerError} 422 where it isn't such a document.
 */
export function readPresentation(document: unknown): Presented {
  if (!isProperties(document) || !COLLECTED.has(typeOf(document) ?? '')) {
    throw new ImageServerError(422, 'This is no IIIF manifest or collection: its type is neither of the two.');
  }
  const services = new Set<string>();
  const references = new Set<string>();
  let left = MOST_VALUES;
  const visit = (value: unknown, name: string, depth: number): void => {
    left -= 1;
    if (left < 0 || depth > DEEPEST) throw new ImageServerError(422, 'The manifest or collection is too large.');
    if (Array.isArray(value)) for (const one of value) visit(one, name, depth + 1);
    if (!isProperties(value)) return;
    const id = value.id ?? value['@id'];
    if (typeof id === 'string') {
      if (name === 'service' && isImageService(value)) services.add(id.replace(/\/(info\.json)?$/, ''));
      const isNamed = !('items' in value || 'sequences' in value || 'manifests' in value || 'members' in value);
      // A manifest may say which collection it is part of: that isn't in it.
      if (COLLECTED.has(typeOf(value) ?? '') && isNamed && value !== document) references.add(id);
    }
    for (const [key, inner] of Object.entries(value)) {
      if (key !== 'partOf' && key !== 'within') visit(inner, key, depth + 1);
    }
  };
  visit(document, '', 0);
  return { label: labelOf(document.label), services: [...services], references: [...references] };
}

/** Where an image service is looked for. */
export interface ServedHere {
  /** Address of the document, which relative ones are relative to. */
  readonly base: string;
  /** Of the site whose worker serves images; the document may be of another one. */
  readonly origin: string;
  /** Path under which the image services are. */
  readonly prefix: string;
}

/** The identifier of an image service that is served here; undefined for one of another server. */
export function identifierOf(service: string, { base, origin, prefix }: ServedHere): string | undefined {
  if (!URL.canParse(service, base)) return undefined;
  const url = new URL(service, base);
  if (url.origin !== origin || !url.pathname.startsWith(prefix)) return undefined;
  return parseTarget(`${url.origin}${url.pathname}/info.json`, prefix).identifier;
}

function isImageService(service: Properties): boolean {
  const profile = Array.isArray(service.profile) ? service.profile[0] : service.profile;
  const told = [typeOf(service), profile, service['@context']];
  return told.some((text) => typeof text === 'string' && (IMAGE_SERVICE.test(text) || /^level[012]$/.test(text)));
}

/** A text, a list of texts, `{ "@value": … }`, or texts by language. */
function labelOf(label: unknown): string | undefined {
  if (typeof label === 'string') return label;
  if (Array.isArray(label)) return labelOf(label[0]);
  if (!isProperties(label)) return undefined;
  return labelOf(label['@value'] ?? Object.values(label)[0]);
}

function typeOf(value: Properties): string | undefined {
  const type = value.type ?? value['@type'];
  return typeof type === 'string' ? type : undefined;
}

function isProperties(value: unknown): value is Properties {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
