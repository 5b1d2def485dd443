import { COMMON_HEADERS, STATE_HEADER } from '../src/iiif/http.ts';
import type { PackDocument } from '../src/packs/records.ts';

/** Milliseconds after which a server that says nothing is taken for out of reach. */
const ANSWERED_WITHIN = 4000;

/** The answers that pinned documents, manifests and collections, come to. */
export interface DocumentAnswers {
  /** Under `_documents/?url=`, where undefined is an address that no pack knows. */
  fromPack(document: PackDocument | undefined): Promise<Response>;
  /** A pinned document under its own address: from its server, or from its pack where that is out of reach or broken. */
  fromServerOrPack(request: Request, document: PackDocument): Promise<Response>;
  /**
   * In place of what a server said or, where that is undefined, didn't: the pinned document, or what another part of the
   * worker keeps, which this answer has passed over.
   */
  insteadOf(answer: Response | undefined, request: Request, document: PackDocument | undefined): Promise<Response>;
}

export const DOCUMENT_ANSWERS: DocumentAnswers = { fromPack, fromServerOrPack, insteadOf };

/** A login page of a network in place of a document counts as well: documents are JSON. */
export function isBroken({ status, headers }: Response): boolean {
  return status >= 500 || (headers.get('Content-Type') ?? '').startsWith('text/html');
}

async function fromPack(document: PackDocument | undefined): Promise<Response> {
  if (document) return responseOf(document);
  const words = 'No pack holds a document of this address. Pin it, or check that "url" is written percent-encoded.';
  return new Response(words, {
    status: 404,
    headers: { ...COMMON_HEADERS, 'Content-Type': 'text/plain;charset=utf-8' },
  });
}

async function fromServerOrPack(request: Request, document: PackDocument): Promise<Response> {
  const answer = await fromServer(request).catch(() => undefined);
  return answer && !isBroken(answer) ? answer : insteadOf(answer, request, document);
}

async function insteadOf(
  answer: Response | undefined,
  request: Request,
  document: PackDocument | undefined,
): Promise<Response> {
  if (document) return responseOf(document, 'offline');
  return answer ?? (await caches.match(request).catch(() => undefined)) ?? Response.error();
}

/** There is something to fall back on, so that nobody is left waiting for a server that says nothing. */
async function fromServer(request: Request): Promise<Response> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), ANSWERED_WITHIN);
  try {
    return await fetch(request, { signal: limit.signal });
  } finally {
    // The body may take longer.
    clearTimeout(timer);
  }
}

function responseOf({ text }: PackDocument, state?: 'offline'): Response {
  const headers: Record<string, string> = {
    ...COMMON_HEADERS,
    'Content-Type': 'application/json',
    'Cache-Control': 'no-cache',
  };
  return new Response(text, { headers: state ? { ...headers, [STATE_HEADER]: state } : headers });
}
