import { STATE_HEADER } from '../src/iiif/http.ts';
import type { PackDocument } from '../src/packs/records.ts';
import type { Shelf } from '../src/packs/shelf.ts';

/** Under the prefix of the image services; `?url=` follows, the address of a document. No image is named so. */
const DOCUMENTS_PATH = '_documents/';

/** Milliseconds after which a server that says nothing is taken for out of reach. */
const ANSWERED_WITHIN = 4000;

/** The manifests and collections that were pinned. */
export interface Documents {
  /**
   * The answer to a request for what is, or may be, a pinned document; undefined for every other request, which is told
   * from memory alone. A document under its own address comes from its server, and from its pack where that is out of
   * reach or broken; under `_documents/?url=` it comes from its pack. Never rejects.
   */
  answer(request: Request, url: URL, origin: string): Promise<Response> | undefined;
}

export function createDocuments(shelf: Pick<Shelf, 'load' | 'document'>, prefix: string): Documents {
  let isRead = false;
  let reading: Promise<void> | undefined;

  /** Which documents are pinned is read once; where it can't be, none is. */
  function read(): Promise<void> {
    reading ??= shelf
      .load()
      .catch(() => undefined)
      .then(() => {
        isRead = true;
      });
    return reading;
  }

  async function pinned(address: string): Promise<PackDocument | undefined> {
    await read();
    return shelf.document(address);
  }

  async function fromPack(address: string): Promise<Response> {
    const document = await pinned(address);
    if (document) return responseOf(document);
    const words = 'No pack holds a document of this address. Pin it, or check that "url" is written percent-encoded.';
    return new Response(words, { status: 404, headers: { 'Access-Control-Allow-Origin': '*' } });
  }

  async function fromServerOrPack(request: Request, address: string): Promise<Response> {
    const answer = await fromServer(request, isRead).catch(() => undefined);
    if (answer && !isBroken(answer)) return answer;
    const document = await pinned(address);
    if (document) return responseOf(document, 'offline');
    // What is no document may be kept by another part of the worker, which this answer has passed over.
    return answer ?? (await kept(request)) ?? Response.error();
  }

  return {
    answer(request, url, origin) {
      if (request.method !== 'GET') return undefined;
      const isOfSite = url.origin === origin;
      if (isOfSite && url.pathname === prefix + DOCUMENTS_PATH) return fromPack(url.searchParams.get('url') ?? '');
      if (isOfSite && url.pathname.startsWith(prefix)) return undefined;
      const address = url.href.slice(0, url.href.length - url.hash.length);
      if (isRead) return shelf.document(address) && fromServerOrPack(request, address);
      void read();
      // Scripts fetch documents. Until it is known which are pinned, none of them waits: each goes to its server at once.
      return isOfSite && request.destination === '' && request.mode !== 'navigate'
        ? fromServerOrPack(request, address)
        : undefined;
    },
  };
}

/** `isPinned`: there is something to fall back on, so that nobody is left waiting for a server that says nothing. */
async function fromServer(request: Request, isPinned: boolean): Promise<Response> {
  if (!isPinned) return fetch(request);
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), ANSWERED_WITHIN);
  try {
    return await fetch(request, { signal: limit.signal });
  } finally {
    // The body may take longer.
    clearTimeout(timer);
  }
}

/** A login page of a network in place of the document counts as well: documents are JSON. */
function isBroken({ status, headers }: Response): boolean {
  return status >= 500 || (headers.get('Content-Type') ?? '').startsWith('text/html');
}

async function kept(request: Request): Promise<Response | undefined> {
  return caches.match(request).catch(() => undefined);
}

function responseOf({ text }: PackDocument, state?: 'offline'): Response {
  const headers: Record<string, string> = {
    'Content-Type': 'application/json',
    'Access-Control-Allow-Origin': '*',
    'Cache-Control': 'no-cache',
  };
  return new Response(text, { headers: state ? { ...headers, [STATE_HEADER]: state } : headers });
}
