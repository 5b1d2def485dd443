import type { Shelf } from '../src/packs/shelf.ts';
import { type DocumentAnswers, isBroken } from './document-answers.ts';

/** Under the prefix of the image services; `?url=` follows, the address of a document. No image is named so. */
const DOCUMENTS_PATH = '_documents/';

/** How the addresses of manifests and collections look, as a rule. */
const LIKE_A_DOCUMENT = /\.json$|manifest|collection/i;

/** The manifests and collections that were pinned. */
export interface Documents {
  /**
   * The answer to a request for what is, or may be, a pinned document; undefined for every other request, which is told
   * from memory alone. A document under its own address comes from its server, and from its pack where that is out of
   * reach or broken; under `_documents/?url=` it comes from its pack.
   */
  answer(request: Request, url: URL, origin: string): Promise<Response> | undefined;
}

export function createDocuments(
  shelf: Pick<Shelf, 'load' | 'document'>,
  prefix: string,
  answers: DocumentAnswers,
): Documents {
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

  async function fromPack(address: string): Promise<Response> {
    await read();
    return answers.fromPack(shelf.document(address));
  }

  /** What is pinned matters only where the server fails. */
  async function fromServer(request: Request, address: string): Promise<Response> {
    const answer = await fetch(request).catch(() => undefined);
    if (answer && !isBroken(answer)) return answer;
    await read();
    return answers.insteadOf(answer, request, shelf.document(address)).catch(() => answer ?? Response.error());
  }

  return {
    answer(request, url, origin) {
      if (request.method !== 'GET') return undefined;
      const isOfSite = url.origin === origin;
      if (isOfSite && url.pathname === prefix + DOCUMENTS_PATH) return fromPack(url.searchParams.get('url') ?? '');
      if (isOfSite && url.pathname.startsWith(prefix)) return undefined;
      const address = url.href.slice(0, url.href.length - url.hash.length);
      if (isRead) {
        const document = shelf.document(address);
        return document && answers.fromServerOrPack(request, document);
      }
      void read();
      // Until it is known which are pinned, what looks like one goes to its server at once.
      const isFetched = request.destination === '' && request.mode !== 'navigate';
      return isOfSite && isFetched && LIKE_A_DOCUMENT.test(url.pathname) ? fromServer(request, address) : undefined;
    },
  };
}
