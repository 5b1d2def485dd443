import { reach } from '../openseadragon/reach.ts';
import type { Connection } from './connection.ts';
import { fileOf, readAll } from './image-file.ts';
import { idOf, isObject, type Json, typeOf } from './json.ts';
import { readManifest } from './manifest.ts';
import { singleImage, type Work } from './work.ts';

export interface ReadOptions {
  /** What relative URLs are relative to. */
  readonly base: string;
  /** In which labels are wanted, best first. */
  readonly languages: readonly string[];
  readonly signal: AbortSignal;
  /** Called while a whole image is read: 0 to 1. */
  readonly onProgress: (part: number) => void;
}

/** `/region/size/rotation/quality.format` behind the base URI of an image service. */
const IMAGE_REQUEST =
  /\/(?:full|square|(?:pct:)?[\d.]+,[\d.]+,[\d.]+,[\d.]+)\/[^/]+\/!?[\d.]+\/(?:default|native|colou?r|gr[ae]y|bitonal)\.\w+$/;

/** A manifest of many thousand pages; more is none. */
const MOST_JSON = 64 * 2 ** 20;

/**
 * What `src` stands for: the URL of an `info.json`, of a manifest, of an image request, or of an image file; anything
 * that isn't a URL is an identifier of the image server. A file is read as a whole and opened from memory, because the
 * image server reads only what its own configuration leads to.
 * @throws {Error} in the words of the answer.
 */
export async function readSource(src: string, connection: Connection, options: ReadOptions): Promise<Work> {
  if (!isUrl(src)) return singleImage(serviceOf(src, connection), src);
  const url = new URL(src, options.base).href.replace(/#.*$/s, '');
  if (url.endsWith('/info.json')) return singleImage(url.slice(0, -'/info.json'.length), '');
  const request = IMAGE_REQUEST.exec(url);
  if (request) return singleImage(url.slice(0, request.index), '');
  const response = await reach(url, connection.fetch, options.signal);
  if (!response.ok) throw new Error(await wordsOf(response));
  if (!isJson(response)) {
    const identifier = await connection.openFile(await fileOf(response, url, options.onProgress));
    return singleImage(serviceOf(identifier, connection), nameOf(url));
  }
  return fromDocument(await documentOf(response, url), options.languages);
}

/** A slash alone doesn't make a URL: identifiers have some as well. */
function isUrl(src: string): boolean {
  return /^(?:https?:|blob:|data:|\.{0,2}\/)/i.test(src) || /\.json(?:[?#].*)?$/i.test(src);
}

function serviceOf(identifier: string, { prefix, trouble }: Connection): string {
  if (trouble !== undefined) throw new Error(trouble);
  return `${prefix}3/${encodeURIComponent(identifier)}`;
}

function fromDocument(document: Json, languages: readonly string[]): Work {
  const type = typeOf(document);
  if (type === 'Collection') {
    throw new Error('This is a collection of works. Take the address of one of its manifests.');
  }
  if (type === 'Manifest') return readManifest(document, languages);
  const id = idOf(document);
  const isService = 'width' in document && 'height' in document && id !== undefined;
  if (isService) return singleImage(id.replace(/\/$/, ''), '');
  throw new Error('This is neither an IIIF manifest nor an info.json.');
}

function isJson(response: Response): boolean {
  return (
    /json/.test(response.headers.get('Content-Type') ?? '') || /\.json$/.test(new URL(response.url || 'x:').pathname)
  );
}

async function documentOf(response: Response, url: string): Promise<Json> {
  const bytes = await readAll(response, MOST_JSON, () => undefined);
  let document: unknown;
  try {
    document = JSON.parse(await bytes.text());
  } catch (cause) {
    throw new Error(`What is at ${url} is no JSON.`, { cause });
  }
  if (!isObject(document)) throw new Error(`What is at ${url} is no IIIF document.`);
  return document;
}

/** Error pages of servers are HTML, which says nothing here. */
async function wordsOf(response: Response): Promise<string> {
  const isPlain = response.headers.get('Content-Type')?.startsWith('text/plain');
  const words = isPlain ? (await response.text()).trim() : '';
  return words || `${response.url} answered ${response.status}.`;
}

function nameOf(url: string): string {
  return new URL(url).pathname.split('/').findLast(Boolean) ?? '';
}
