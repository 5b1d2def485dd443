import { idOf, isObject, type Json, numberOf, objectsOf, textOf, typeOf } from './json.ts';
import { parseRegion, type Region } from './view.ts';
import type { ImageContent } from './work.ts';

/** An image on a canvas. */
export interface Painting {
  readonly content: ImageContent;
  /** Undefined: all of the canvas. */
  readonly place: Region | undefined;
  /** Of the whole image, where it is told. */
  readonly width: number | undefined;
}

/** More than any map of sheets has; each costs a request before anything is shown. */
const MOST_PAINTINGS = 100;

/** The images that are painted on a canvas by its annotations (3.0), or its `images` (2.1), the lowest first. */
export function paintingsOn(canvas: Json): readonly Painting[] {
  const annotations = objectsOf(canvas.items)
    .flatMap(({ items }) => objectsOf(items))
    .filter(({ motivation }) => motivation === undefined || [motivation].flat().includes('painting'));
  const painted = annotations.map(({ body, target }) => ({ picture: pictureOf(body), target }));
  const images = objectsOf(canvas.images).map(({ resource, on }) => ({ picture: pictureOf(resource), target: on }));
  return [...painted, ...images].slice(0, MOST_PAINTINGS).flatMap(({ picture, target }) => {
    const content = picture && contentOf(picture);
    if (!content) return [];
    return [{ content, place: partOf(placeOf(target, canvas), canvas), width: numberOf(picture.width) }];
  });
}

/** The image resource: of a choice the first, of a part that somebody selected the whole. */
function pictureOf(body: unknown): Json | undefined {
  const [first] = objectsOf(body);
  if (!first) return undefined;
  switch (typeOf(first)) {
    case 'Choice':
      return pictureOf([first.default, first.items, first.item].flatMap(objectsOf)[0]);
    case 'SpecificResource':
      return pictureOf(first.source ?? first.full);
    default:
      return first;
  }
}

function contentOf(picture: Json): ImageContent | undefined {
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

/** The region of the canvas that an annotation is for: behind its URI, or by a selector. */
function placeOf(target: unknown, canvas: Json): Region | undefined {
  const [one] = Array.isArray(target) ? target : [target];
  if (!isObject(one)) {
    const size = { width: numberOf(canvas.width) ?? 0, height: numberOf(canvas.height) ?? 0 };
    return parseRegion(/#(?:.*&)?xywh=([^&]*)/.exec(textOf(one) ?? '')?.[1] ?? null, size);
  }
  const [selector] = objectsOf(one.selector);
  const value = textOf(selector?.value);
  return placeOf(value === undefined ? idOf(one) : `#${value}`, canvas);
}

/** Undefined for all of the canvas, as an image is painted that is alone on it. */
function partOf(place: Region | undefined, { width, height }: Json): Region | undefined {
  const isWhole = place?.x === 0 && place.y === 0 && place.width === width && place.height === height;
  return isWhole ? undefined : place;
}
