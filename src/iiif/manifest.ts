import { maximumSize } from './fit.ts';
import { resolveGeometry } from './geometry.ts';
import type { InfoExtras } from './info.ts';
import { pagePath } from './page-path.ts';
import type { Limits, Size } from './request.ts';

/** What a manifest is made of. */
export interface Book {
  /** URI of the first page's image service, without a page. */
  readonly id: string;
  /** Decoded. */
  readonly identifier: string;
  /** Sizes of the pages as displayed. */
  readonly pages: readonly Size[];
  /** Whether these are all pages of the file. */
  readonly complete: boolean;
}

type JsonObject = Readonly<Record<string, unknown>>;

const CONTEXT_URI = 'http://iiif.io/api/presentation/3/context.json';

/** Side of the square that thumbnails fit into, in pixels: what viewers show in a strip or a list. */
const THUMBNAIL = 200;

/**
 * A manifest of the pages of one file, in their order (Presentation API 3.0, section 5): a canvas for each, as large as
 * the page, painted by its image service of version 3. Every viewer opens a book so, however many files it has.
 */
export function manifest(book: Book, limits: Limits, extras: InfoExtras = {}): JsonObject {
  const { id, identifier, pages, complete } = book;
  const name = identifier.split('/').findLast((part) => part !== '') ?? identifier;
  const canvases = pages.map((size, index) => canvas(id, index + 1, size, limits));
  const more = `Only the first ${pages.length} pages of the file are shown.`;
  return {
    '@context': CONTEXT_URI,
    id: `${pagePath(id, 1)}/manifest.json`,
    type: 'Manifest',
    label: { none: [name] },
    ...(complete ? {} : { summary: { en: [more] } }),
    ...(extras.rights === undefined ? {} : { rights: extras.rights }),
    ...(canvases[0] ? { thumbnail: canvases[0].thumbnail } : {}),
    items: canvases,
  };
}

function canvas(book: string, page: number, size: Size, limits: Limits) {
  const service = pagePath(book, page);
  const id = `${pagePath(book, 1)}/canvas/${page}`;
  const { width, height } = size;
  return {
    id,
    type: 'Canvas',
    label: { none: [String(page)] },
    height,
    width,
    thumbnail: [image(service, `!${THUMBNAIL},${THUMBNAIL}`, thumbnailSize(size, limits))],
    items: [
      {
        id: `${id}/page`,
        type: 'AnnotationPage',
        items: [
          {
            id: `${id}/annotation`,
            type: 'Annotation',
            motivation: 'painting',
            body: image(service, 'max', maximumSize({ width, height }, limits, false)),
            target: id,
          },
        ],
      },
    ],
  };
}

function image(service: string, parameter: string, { width, height }: Size): JsonObject {
  return {
    id: `${service}/full/${parameter}/0/default.jpg`,
    type: 'Image',
    format: 'image/jpeg',
    height,
    width,
    service: [{ id: service, type: 'ImageService3', profile: 'level2' }],
  };
}

function thumbnailSize(page: Size, limits: Limits): Size {
  const request = {
    region: { kind: 'full' },
    size: { kind: 'confined', width: THUMBNAIL, height: THUMBNAIL, upscale: false },
    rotation: { degrees: 0, mirror: false },
    quality: 'default',
    format: 'jpg',
  } as const;
  return resolveGeometry(request, 3, page, limits).size;
}
