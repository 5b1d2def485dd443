import { catalogue, type DemoImage, storedAs } from './catalogue.ts';
import { type OtherFile, otherFiles } from './other-files.ts';

/** An image as the page shows it. */
export interface Exhibit extends Pick<DemoImage, 'title' | 'author' | 'licence'> {
  /** IIIF identifier. */
  readonly id: string;
  /** How the file is stored, in words. */
  readonly stored: string;
  /** Identifiers of all pages of the file that it is in, the first of which has the manifest. */
  readonly pages: readonly string[];
}

/** The photographs, in the order they are shown. */
export const photographs: readonly Exhibit[] = catalogue.map((image) => ({
  ...image,
  stored: storedAs(image.pyramid),
  pages: [image.id],
}));

/** Files of other kinds, each by its first page. */
export const others: readonly (Exhibit & Pick<OtherFile, 'label'>)[] = otherFiles.map((file) => ({
  ...exhibit(file, 0),
  label: file.label,
}));

const all: readonly Exhibit[] = [
  ...photographs,
  ...otherFiles.flatMap((file) => file.pages.map((_, page) => exhibit(file, page))),
];

/** Where a link to the image leads: the browser's history works by itself. */
export function hashOf(id: string): string {
  return `#${encodeURIComponent(id)}`;
}

/** The image that the part of an address after `#` names, up to the first `&`; undefined where there is none. */
export function exhibitAt(hash: string): Exhibit | undefined {
  const [name] = hash.split('&', 1);
  return all.find(({ id }) => hashOf(id) === name);
}

/** A page of a file, counted from 0. The worker's script says what `files:` is, README.md what `;2` is. */
function exhibit({ key, stored, pages: photographed }: OtherFile, page: number): Exhibit {
  const photograph = catalogue.find(({ id }) => id === photographed[page]);
  if (!photograph) throw new Error(`Page ${page + 1} of ${key} is no image of the catalogue: see demo/other-files.ts.`);
  const { title, author, licence } = photograph;
  const pages = photographed.map((_, index) => (index === 0 ? `files:${key}` : `files:${key};${index + 1}`));
  return { id: pages[page] ?? '', title, author, licence, stored, pages };
}
