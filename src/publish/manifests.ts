import { maximumSize } from '../iiif/fit.ts';
import { DEFAULT_LIMITS } from '../options.ts';
import type { Size } from './judge.ts';
import type { Described } from './metadata-csv.ts';
import type { PublishedImage } from './state.ts';

/** A work as it is shown. */
export interface ShownWork extends Described {
  readonly slug: string;
  readonly title: string;
  /** At least one. */
  readonly pages: readonly ShownPage[];
}

export interface ShownPage extends Pick<PublishedImage, 'identifier' | 'width' | 'height'> {
  readonly label: string;
  /** Of a page of a book; a single image's stands with its work. */
  readonly metadata: Described['metadata'];
}

type JsonObject = Readonly<Record<string, unknown>>;

const CONTEXT = 'http://iiif.io/api/presentation/3/context.json';
/** Pixels of the square that thumbnails fit into. */
const THUMBNAIL = 400;

const text = (value: string) => ({ none: [value] });
const pairs = (metadata: Described['metadata']) =>
  metadata.length === 0
    ? {}
    : { metadata: metadata.map(([label, value]) => ({ label: text(label), value: text(value) })) };

/** Path of a work's manifest within the site. */
export const manifestPath = (slug: string) => `manifests/${encodeURIComponent(slug)}.json`;

/** A manifest (Presentation API 3.0, section 5.2). `base`: the site's address, with a slash at its end. */
export function manifestOf(work: ShownWork, base: string): JsonObject {
  const id = base + manifestPath(work.slug);
  const { title, summary, rights, attribution, metadata, pages } = work;
  return {
    '@context': CONTEXT,
    id,
    type: 'Manifest',
    label: text(title),
    ...(summary === undefined ? {} : { summary: text(summary) }),
    ...pairs(metadata),
    ...(rights !== undefined && /^https?:/.test(rights) ? { rights } : {}),
    ...(attribution === undefined
      ? {}
      : { requiredStatement: { label: text('Attribution'), value: text(attribution) } }),
    ...(pages.length > 1 ? { behavior: ['paged'] } : {}),
    thumbnail: pages.slice(0, 1).map((page) => thumbnail(page, base)),
    homepage: [
      {
        id: `${base}work.html?work=${encodeURIComponent(work.slug)}`,
        type: 'Text',
        label: text(title),
        format: 'text/html',
      },
    ],
    items: pages.map((page, index) => canvas(page, `${id}/canvas/${index + 1}`, base)),
  };
}

/** The collection of all works (section 5.1). */
export function collectionOf(title: string, works: readonly ShownWork[], base: string): JsonObject {
  return {
    '@context': CONTEXT,
    id: `${base}collection.json`,
    type: 'Collection',
    label: text(title),
    items: works.map((work) => ({
      id: base + manifestPath(work.slug),
      type: 'Manifest',
      label: text(work.title),
      thumbnail: work.pages.slice(0, 1).map((page) => thumbnail(page, base)),
    })),
  };
}

function canvas(page: ShownPage, id: string, base: string): JsonObject {
  const { width, height, label, metadata } = page;
  const body = image(page, 'max', maximumSize({ width, height }, DEFAULT_LIMITS, false), base);
  return {
    id,
    type: 'Canvas',
    label: text(label),
    width,
    height,
    ...pairs(metadata),
    thumbnail: [thumbnail(page, base)],
    items: [
      {
        id: `${id}/page`,
        type: 'AnnotationPage',
        items: [{ id: `${id}/annotation`, type: 'Annotation', motivation: 'painting', body, target: id }],
      },
    ],
  };
}

function thumbnail(page: ShownPage, base: string): JsonObject {
  const scale = Math.min(1, THUMBNAIL / page.width, THUMBNAIL / page.height);
  const scaled = (side: number) => Math.max(1, Math.round(side * scale));
  const sides = { width: scaled(page.width), height: scaled(page.height) };
  return image(page, `!${THUMBNAIL},${THUMBNAIL}`, sides, base);
}

function image({ identifier }: ShownPage, size: string, { width, height }: Size, base: string): JsonObject {
  const service = `${base}iiif/3/${encodeURIComponent(identifier)}`;
  return {
    id: `${service}/full/${size}/0/default.jpg`,
    type: 'Image',
    format: 'image/jpeg',
    width,
    height,
    service: [{ id: service, type: 'ImageService3', profile: 'level2' }],
  };
}
