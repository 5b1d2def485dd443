import { catalogue, type DemoImage } from '../catalogue.ts';
import type { Region } from '../region.ts';
import { type Feature, type Fields, fields } from './fields.ts';

/** A picture of a given size. */
export interface Thumbnail {
  /** Its address, from the base of all images on: identifier, region, size, rotation and name (IIIF Image API 3.0, section 2.1). */
  readonly path: string;
  /** Of the picture, in pixels. */
  readonly width: number;
  readonly height: number;
}

/** One result of a search: a photograph, or a detail of one. */
export interface Result {
  /** IIIF identifier of the photograph. */
  readonly id: string;
  /** Undefined for the whole of it. */
  readonly region: Region | undefined;
  readonly title: string;
  /** Title of the photograph that it is a detail of; undefined for the whole of it. */
  readonly of: string | undefined;
  readonly thumbnail: Thumbnail;
  /** In small letters and without accents, what a search looks through. */
  readonly words: string;
}

/** Width and height at which a lossless detail is shown, pixels. */
const THUMBNAIL_SIZE = 256;
/** How details are called that show nothing with a name. */
const FIELD = 'Field';
/** No picture has so many columns that this is a row of it. */
const STRIDE = 7;
/** The start page's, which may have asked for the same before. */
const WHOLE_BOX = 300;

/** The photographs, then their details, one of each in turn, so that neighbours differ. */
export const results: readonly Result[] = [...catalogue.map(whole), ...inTurn(fields.map(details))];

/** The results that have every word of the question in them; all of them for none. */
export function found(question: string): readonly Result[] {
  const wanted = plain(question).split(/\s+/).filter(Boolean);
  return results.filter(({ words }) => wanted.every((word) => words.includes(word)));
}

/** What is shown of this part of a photograph, wherever it was found. */
export function resultAt(id: string, region: Region | undefined): Result | undefined {
  return results.find((one) => one.id === id && isSame(one.region, region));
}

function whole({ id, title, author, width, height }: DemoImage): Result {
  const scale = WHOLE_BOX / Math.max(width, height);
  const thumbnail = {
    path: `${id}/full/!${WHOLE_BOX},${WHOLE_BOX}/0/default.jpg`,
    width: Math.round(width * scale),
    height: Math.round(height * scale),
  };
  return { id, region: undefined, title, of: undefined, thumbnail, words: plain(`${title} ${author} whole`) };
}

function details({ id, columns, rows, features }: Fields): readonly Result[] {
  const image = catalogue.find((one) => one.id === id);
  if (!image) throw new Error(`The catalogue has no ${id}: see demo/search/fields.ts.`);
  const all = between(rows).flatMap((row) => between(columns).map((column) => detail(image, column, row, features)));
  return [...all.filter(isNamed), ...scattered(all.filter((one) => !isNamed(one)))];
}

function detail(image: DemoImage, column: number, row: number, features: readonly Feature[]): Result {
  const { id, title: of, author, width, height, pyramid } = image;
  const side = pyramid.tileSize;
  const region = { x: column * side, y: row * side, width: side, height: side };
  const names = features
    .filter(({ x, y }) => Math.floor((x * width) / side) === column && Math.floor((y * height) / side) === row)
    .map(({ name }) => name);
  const field = `${String.fromCharCode(65 + column)}${row + 1}`;
  const title = names.length > 0 ? capitalised(names.join(', ')) : `${FIELD} ${field}`;
  // The bytes of a stored tile are its thumbnail, in its own size and format: nothing is decoded or scaled for it, which
  // takes longer than showing a tile of 512 pixels where 256 would do. Pixels without loss are too many bytes for that.
  const isPassed = pyramid.compression !== 'deflate';
  const format = pyramid.compression === 'webp' ? 'webp' : 'jpg';
  const size = isPassed ? side : THUMBNAIL_SIZE;
  const path = `${id}/${region.x},${region.y},${side},${side}/${size},${size}/0/default.${format}`;
  const thumbnail = { path, width: size, height: size };
  return { id, region, title, of, thumbnail, words: plain(`${title} ${field} ${of} ${author} detail`) };
}

function between([first, last]: readonly [number, number]): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function isNamed({ title }: Result): boolean {
  return !title.startsWith(FIELD);
}

/** In an order in which neighbours in the picture don't follow each other: always the same one. */
function scattered<T>(list: readonly T[]): readonly T[] {
  const columns = Math.ceil(list.length / STRIDE);
  return between([0, STRIDE - 1]).flatMap((start) =>
    between([0, columns - 1]).flatMap((step) => list.slice(start + step * STRIDE, start + step * STRIDE + 1)),
  );
}

function inTurn<T>(lists: readonly (readonly T[])[]): readonly T[] {
  const longest = Math.max(...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, index) => lists.flatMap((list) => list.slice(index, index + 1))).flat();
}

function isSame(one: Region | undefined, other: Region | undefined): boolean {
  if (!one || !other) return one === other;
  return one.x === other.x && one.y === other.y && one.width === other.width && one.height === other.height;
}

function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
