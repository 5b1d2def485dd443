import { paintingsOn } from './canvas.ts';
import { idOf, isObject, type Json, numberOf, objectsOf, textOf } from './json.ts';
import { labelOf } from './label.ts';
import { type ImageContent, type Page, type PageContent, thumbnailOf, type Work } from './work.ts';

/** More pages than any bound volume has; a strip of more would take seconds to lay out. */
export const MOST_PAGES = 5000;

/**
 * The pages of an IIIF manifest (Presentation API 3.0 or 2.1), each with the images that are painted on it. Canvases
 * without one are left out. Whatever its `behavior`, pages are shown one at a time.
 * @param languages in which labels are wanted, best first.
 * @throws {Error} in words where there is nothing to show.
 */
export function readManifest(document: Json, languages: readonly string[]): Work {
  const sequence = objectsOf(document.sequences)[0];
  const canvases = objectsOf(document.items ?? sequence?.canvases).slice(0, MOST_PAGES);
  const pages = canvases.flatMap((canvas) => pageOf(canvas, languages) ?? []);
  if (pages.length === 0) throw new Error('This manifest has no canvas with an image on it.');
  const direction = textOf(document.viewingDirection) ?? textOf(sequence?.viewingDirection);
  return { label: labelOf(document.label, languages).text, pages, isRightToLeft: direction === 'right-to-left' };
}

function pageOf(canvas: Json, languages: readonly string[]): Page | undefined {
  const [first, ...others] = paintingsOn(canvas);
  if (!first) return undefined;
  const size = sizeOf(canvas);
  const whole = size && { x: 0, y: 0, ...size };
  const isAlone = others.length === 0 && first.place === undefined;
  const content: PageContent =
    isAlone || !whole
      ? first.content
      : {
          kind: 'canvas',
          ...size,
          images: [first, ...others].map(({ content, place = whole }) => ({ content, place })),
        };
  const width = first.width ?? size?.width;
  const { text, language } = labelOf(canvas.label, languages);
  return { label: text, language, content, thumbnail: thumbnailUrl(canvas, first.content, width) };
}

function sizeOf(canvas: Json): { readonly width: number; readonly height: number } | undefined {
  const width = numberOf(canvas.width);
  const height = numberOf(canvas.height);
  return width === undefined || height === undefined ? undefined : { width, height };
}

function thumbnailUrl(canvas: Json, content: ImageContent, width: number | undefined): string | undefined {
  const thumbnail = Array.isArray(canvas.thumbnail) ? canvas.thumbnail[0] : canvas.thumbnail;
  const own = isObject(thumbnail) ? idOf(thumbnail) : textOf(thumbnail);
  return own ?? (content.kind === 'service' ? thumbnailOf(content.id, width) : content.url);
}
