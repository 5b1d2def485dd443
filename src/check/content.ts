import type { WasmLoader } from '../codec/codec.ts';
import { ImageServerError } from '../errors.ts';
import { type ImageStructure, readStructure } from '../image/open.ts';
import { createImageServer } from '../server.ts';
import { HttpSource } from '../source/http.ts';
import { browserFetch, type Exchange } from './browser-fetch.ts';
import type { Finding, FirstView } from './findings.ts';

/** Of the site in which the image is looked at; nobody asks for it over a network. */
const SERVICE = 'http://localhost/iiif/3/image';
/** Pixels along the longer side of what a viewer shows first in a window of a laptop. */
const WINDOW = 1280;
const TILES = 6;
/** Bytes and requests above which a first view is called dear. */
const DEAR = { bytes: 4 << 20, requests: 16 };

interface Info {
  readonly width: number;
  readonly height: number;
  readonly tiles?: readonly {
    readonly width: number;
    readonly height?: number;
    readonly scaleFactors: readonly number[];
  }[];
}

export interface ContentMeans {
  readonly fetch: typeof globalThis.fetch;
  readonly wasm: WasmLoader;
}

/** Looks at an image with the image server itself, as a page of `origin` would: its layout, and what a first view costs. */
export async function examineContent(
  url: string,
  origin: string,
  { fetch, wasm }: ContentMeans,
): Promise<{ readonly findings: readonly Finding[]; readonly firstView: FirstView | undefined }> {
  const exchanges: Exchange[] = [];
  const seen = browserFetch(fetch, origin, (exchange) => exchanges.push(exchange));
  const source = new HttpSource(url, { fetch: seen });
  let structure: ImageStructure;
  try {
    structure = await readStructure((range, options) => source.read(range, options), { objectSize: () => source.size });
  } catch (error) {
    if (!(error instanceof ImageServerError)) throw error;
    return { findings: [refusal(error.message)], firstView: undefined };
  }
  const facts = [layout(structure), openingFinding(exchanges.splice(0).length)];
  const server = createImageServer({
    sources: () => url,
    origins: [new URL(url).origin],
    fetch: seen,
    wasm,
    degrade: false,
  });
  const get = (path: string) => server.fetch(new Request(`${SERVICE}/${path}`));
  const answer = await get('info.json');
  if (!answer.ok) return { findings: [...facts, refusal(await answer.text())], firstView: undefined };
  const info: Info = await answer.json();
  for (const path of [`full/!400,400/0/default.jpg`, ...firstTiles(info)]) {
    const image = await get(path);
    const body = await image.text();
    if (!image.ok) return { findings: [...facts, refusal(body)], firstView: undefined };
  }
  const bytes = exchanges.reduce((sum, exchange) => sum + exchange.bytes, 0);
  const firstView = { requests: exchanges.length, bytes };
  return { findings: [...facts, costFinding(firstView)], firstView };
}

const refusal = (text: string): Finding => ({
  grade: 'bad',
  subject: 'Image',
  found: text.trim(),
  ...(/tiffsave/.test(text) ? { remedy: 'pyramid' } : {}),
});

function layout(structure: ImageStructure): Finding {
  const { width, height } = structure;
  const size = `${width} × ${height} pixels`;
  const subject = 'Layout';
  const isLarge = Math.max(width, height) > WINDOW;
  const dear = (found: string): Finding => ({ grade: isLarge ? 'warn' : 'good', subject, found, remedy: 'pyramid' });
  if (structure.kind === 'plain')
    return dear(`${structure.format.toUpperCase()}, ${size}, read and decoded as a whole`);
  if (structure.kind === 'jp2') {
    const { tileWidth, tileHeight, levels } = structure.codestream;
    return {
      grade: 'good',
      subject,
      found: `JPEG 2000, ${size}, tiles of ${tileWidth} × ${tileHeight}, ${levels + 1} resolutions`,
    };
  }
  const [full] = structure.levels;
  const count = structure.levels.length;
  const what = `TIFF (${structure.tileFormat}), ${size}`;
  if (!full?.padded) return dear(`${what}, in strips: large parts are read for a small view`);
  const shape = `${what}, tiles of ${full.tileWidth} × ${full.tileHeight}, ${count} ${count === 1 ? 'level' : 'levels'}`;
  return count === 1 && isLarge
    ? dear(`${shape}: small views are made of all tiles`)
    : { grade: 'good', subject, found: shape };
}

function openingFinding(requests: number): Finding {
  const subject = 'Opening';
  return requests <= 2
    ? { grade: 'good', subject, found: requests === 1 ? '1 request' : `${requests} requests` }
    : {
        grade: 'warn',
        subject,
        found: `${requests} requests: the index is scattered through the file`,
        remedy: 'index',
      };
}

function costFinding({ requests, bytes }: FirstView): Finding {
  const dear = bytes > DEAR.bytes || requests > DEAR.requests;
  const found = `${requests} requests, ${(bytes / 1e6).toFixed(2)} MB (description, thumbnail, ${TILES} tiles)`;
  return { grade: dear ? 'warn' : 'good', subject: 'First view', found, ...(dear ? { remedy: 'pyramid' } : {}) };
}

/** Six tiles from the middle of the size that fills a window. */
function firstTiles({ width, height, tiles }: Info): readonly string[] {
  const [tile] = tiles ?? [];
  if (!tile) return [];
  const fits = (scale: number) => Math.max(width, height) / scale >= WINDOW;
  const scale = tile.scaleFactors.filter(fits).sort((a, b) => b - a)[0] ?? 1;
  const [across, down] = [tile.width * scale, (tile.height ?? tile.width) * scale];
  const [columns, rows] = [Math.ceil(width / across), Math.ceil(height / down)];
  const wide = Math.min(3, columns);
  const high = Math.min(rows, Math.ceil(TILES / wide));
  const [left, top] = [Math.floor((columns - wide) / 2), Math.floor((rows - high) / 2)];
  return Array.from({ length: Math.min(TILES, wide * high) }, (_, index) => {
    const x = (left + (index % wide)) * across;
    const y = (top + Math.floor(index / wide)) * down;
    const [w, h] = [Math.min(across, width - x), Math.min(down, height - y)];
    return `${x},${y},${w},${h}/${Math.ceil(w / scale)},${Math.ceil(h / scale)}/0/default.jpg`;
  });
}
