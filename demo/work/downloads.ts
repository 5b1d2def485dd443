import { element, link } from '../elements.ts';
import type { Work } from './work.ts';

/** Extension and name of what a picture can be had as. */
const FORMATS = [
  ['jpg', 'JPEG'],
  ['png', 'PNG'],
  ['webp', 'WebP'],
] as const;

/** Lists the sizes, each in several formats: your browser makes the file when it is asked for. */
export function showDownloads({ shape, title }: Work): void {
  element('sizes', HTMLUListElement).replaceChildren(
    ...shape.sizes.map(({ width, height, url }) => {
      const links = FORMATS.map(([extension, name]) => {
        const anchor = link(name, url(extension));
        anchor.setAttribute('aria-label', `${title}, ${width} × ${height}, as ${name}`);
        return anchor;
      });
      const formats = document.createElement('span');
      formats.append(...links);
      const entry = document.createElement('li');
      entry.append(`${width} × ${height}`, formats);
      return entry;
    }),
  );
}
