import type { InPageAnswer, InPageNews, InPageTask } from '../in-page.ts';
import type { InPageInit, InPageServer } from './fallback.ts';

interface Waiting {
  readonly resolve: (response: Response) => void;
  readonly reject: (reason: unknown) => void;
}

export interface InPageResponses extends Pick<InPageServer, 'fetch'> {
  /** Rejects all that is waited for. */
  end(): void;
}

/** Statuses whose responses have no body. */
const BODILESS = new Set([204, 304]);

/** Asks the worker, and tells its answers apart. */
export function inPageResponses(worker: Worker, post: (task: InPageTask) => void): InPageResponses {
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  const fail = (words: string) => {
    for (const { reject } of waiting.values()) reject(new Error(words));
    waiting.clear();
  };
  worker.onmessage = ({ data }: MessageEvent<InPageNews>) => {
    if (!('id' in data)) return;
    waiting.get(data.id)?.resolve(responseOf(data));
    waiting.delete(data.id);
  };
  worker.onerror = () => fail('The image server of this page has failed. Reload the page.');

  return {
    fetch(url, init: InPageInit = {}) {
      const { method = 'GET', headers = {}, signal } = init;
      if (signal?.aborted) return Promise.reject(signal.reason);
      lastId += 1;
      const id = lastId;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        signal?.addEventListener('abort', () => {
          if (!waiting.delete(id)) return;
          post({ id, cancelled: true });
          reject(signal.reason);
        });
        const absolute = new URL(url, document.baseURI).href;
        post({ id, url: absolute, method, headers: Object.entries(headers) });
      });
    },
    end: () => fail('The image server of this page was ended.'),
  };
}

function responseOf({ status, headers, body }: InPageAnswer): Response {
  return new Response(BODILESS.has(status) ? null : body, {
    status,
    headers: headers.map(([name, value]) => [name, value]),
  });
}
