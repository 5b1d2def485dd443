import { idOf, isObject, type Json, numberOf, objectsOf, textOf, typeOf } from './json.ts';
import { labelOf } from './label.ts';
import { type Page, type PageContent, thumbnailOf, type Work } from './work.ts';

/** More pages than any bound volume has; a strip of more would take seconds to lay out. */
export const MOST_PAGES = 5000;

/**
 * The pages of an IIIF manifest (Presentation API 3.0 or 2.1), each by the first image that is painted on it. Canvases
 * without one are left out.
 * @param languages in which labels are wanted, best first.
 * @throws {Error} in words where there is nothing to show.
 */
export function readManifest(document: Json, languages: readonly string[]): Work {
  const sequence = objectsOf(document.sequences)[0];
  const canvases = objectsOf(document.items ?? sequence?.canvases).slice(0, MOST_PAGES);
  const pages = canvases.flatMap((canvas) => pageOf(canvas, languages) ?? []);
  if (pages.length === 0) throw new Error('This manifest has no canvas with an image on it.');
  const direction = textOf(document.viewingDirection) ?? textOf(sequence?.viewingDirection);
  return { label: labelOf(document.label, languages), pages, isRightToLeft: direction === 'right-to-left' };
}

function pageOf(canvas: Json, languages: readonly string[]): Page | undefined {
  const picture = pictureOn(canvas);
  const content = picture && contentOf(picture);
  if (!picture || !content) return undefined;
  const width = numberOf(picture.width) ?? numberOf(canvas.width);
  return { label: labelOf(canvas.label, languages), content, thumbnail: thumbnailUrl(canvas, content, width) };
}

/** The image resource: of a painting annotation (3.0), or of `images` (2.1); of a choice, the first. */
function pictureOn(canvas: Json): Json | undefined {
  const painted = objectsOf(canvas.items)
    .flatMap(({ items }) => objectsOf(items))
    .filter(({ motivation }) => motivation === undefined || [motivation].flat().includes('painting'))
    .flatMap(({ body }) => objectsOf(body));
  const [first] = [...painted, ...objectsOf(canvas.images).flatMap(({ resource }) => objectsOf(resource))];
  if (!first) return undefined;
  if (typeOf(first) !== 'Choice') return first;
  return objectsOf(first.items)[0] ?? objectsOf(first.default)[0];
}

function contentOf(picture: Json): PageContent | undefined {
  const service = serviceOf(picture);
  if (service !== undefined) return { kind: 'service', id: service };
  const url = idOf(picture);
  return url === undefined ? undefined : { kind: 'picture', url };
}

/** Base URI of the image service. A 2.1 service tells by its context that it is one, or by its profile. */
function serviceOf(picture: Json): string | undefined {
  const isImageService = (service: Json) =>
    /^ImageService[123]?$/.test(typeOf(service)) ||
    /\/image(-api)?\//.test(JSON.stringify([service['@context'], service.profile]));
  return objectsOf(picture.service).filter(isImageService).map(idOf).find(Boolean)?.replace(/\/$/, '');
}

function thumbnailUrl(canvas: Json, content: PageContent, width: number | undefined): string | undefined {
  const thumbnail = Array.isArray(canvas.thumbnail) ? canvas.thumbnail[0] : canvas.thumbnail;
  const own = isObject(thumbnail) ? idOf(thumbnail) : textOf(thumbnail);
  return own ?? (content.kind === 'service' ? thumbnailOf(content.id, width) : content.url);
}
