/// <reference lib="webworker" />
import type { InPageAnswer, InPageNews, InPagePlace, InPageTask } from '../src/in-page.ts';
import { accessOf, finderOf } from '../src/options.ts';
import type { Parts } from '../src/parts.ts';
import { createImageServerOf, type ImageServer } from '../src/server.ts';
import { localFinder } from '../src/source/local.ts';
import { canvasText } from './canvas-text.ts';
import { completeCrypto } from './complete-crypto.ts';
import type { ServeOptions } from './serve.ts';
import { fetchWasm } from './wasm-store.ts';

declare const self: DedicatedWorkerGlobalScope;

/** Answers for the one page that started this worker. Nothing is kept beyond memory. */
export function serveInPage(parts: Parts, options: ServeOptions, { script }: InPagePlace): void {
  try {
    answerMessages(parts, options, script);
  } catch (error) {
    post({ refused: error instanceof Error ? error.message : String(error) });
  }
}

function answerMessages(parts: Parts, options: ServeOptions, base: string): void {
  completeCrypto();
  const assets = new URL(options.assets ?? './', base);
  const prefix = new URL(options.prefix ?? 'iiif/', new URL('./', base));
  const files = new Map<string, File>();
  const { cache: _cache, packBudget: _packBudget, prefetch: _prefetch, assets: _assets, ...serverOptions } = options;
  const sources = finderOf({ ...options, base }, accessOf(options, parts.createAccess));
  const server = createImageServerOf(parts, {
    ...serverOptions,
    sources: localFinder(sources, async (name) => files.get(name)),
    prefix: prefix.pathname,
    base,
    wasm: (name) => fetchWasm(assets, name),
    rasterizeText: canvasText,
  });
  const running = new Map<number, AbortController>();
  self.onmessage = ({ data }: MessageEvent<InPageTask>) => {
    if ('file' in data) {
      files.set(data.name, data.file);
    } else if ('cancelled' in data) {
      running.get(data.id)?.abort();
      running.delete(data.id);
    } else {
      const stop = new AbortController();
      running.set(data.id, stop);
      void answerOf(server, data, stop.signal).then((answer) => {
        if (running.delete(data.id)) post(answer, answer.body ? [answer.body] : []);
      });
    }
  };
  post({ prefix: prefix.href });
}

async function answerOf(
  server: ImageServer,
  { id, url, method, headers }: Extract<InPageTask, { url: string }>,
  signal: AbortSignal,
): Promise<InPageAnswer> {
  const request = new Request(url, { method, headers: headers.map(([name, value]) => [name, value]) });
  const response = await server.fetch(request, { signal, isNear: true });
  const body = response.body ? await response.arrayBuffer() : null;
  return { id, status: response.status, headers: [...response.headers], body };
}

function post(news: InPageNews, transfer: Transferable[] = []): void {
  self.postMessage(news, transfer);
}
