import { catalogue } from '../catalogue.ts';
import { element } from '../elements.ts';
import { thumbnailUrl } from '../iiif.ts';
import { hashOfRegion } from '../region-hash.ts';
import type { Work } from './work.ts';

/** Longer side of the small picture of the whole, pixels. */
const BOX = 600;
const SVG = 'http://www.w3.org/2000/svg';

/** Frames a detail in a small picture of the whole; nothing for the whole itself. */
export function showWhere({ image, region }: Work, isServed: boolean): void {
  const { width, height } = catalogue.find(({ id }) => id === image.id) ?? { width: 1, height: 1 };
  element('where', HTMLElement).hidden = region === undefined;
  if (!region) return;
  const map = document.createElement('a');
  map.className = 'map';
  map.href = hashOfRegion(image.id, undefined);
  const picture = Object.assign(document.createElement('img'), { alt: `The whole of “${image.title}”`, width, height });
  if (isServed) picture.src = thumbnailUrl(image.id, BOX);
  const frame = document.createElementNS(SVG, 'svg');
  frame.setAttribute('viewBox', `0 0 ${width} ${height}`);
  frame.setAttribute('aria-hidden', 'true');
  // A light line on a dark one is seen on every picture.
  for (let line = 0; line < 2; line += 1) {
    const rectangle = document.createElementNS(SVG, 'rect');
    for (const [name, value] of Object.entries(region)) rectangle.setAttribute(name, `${value}`);
    frame.append(rectangle);
  }
  map.append(picture, frame);
  element('map', HTMLElement).replaceChildren(map);
}
