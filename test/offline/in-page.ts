import type { PackStatus } from '../../src/packs/desk.ts';
import type { Download, Library } from './library.ts';
import type { ImageInfo } from './questions.ts';

// Functions that run in a page: they stand alone.

declare const potto: Library;

/** Asks for all of these, `parallel` at a time. @throws {Error} unless each is answered by 200. */
export async function askAll({ urls, parallel }: { readonly urls: readonly string[]; readonly parallel: number }) {
  const next = urls[Symbol.iterator]();
  const lane = async () => {
    for (const url of next) {
      const response = await fetch(url);
      await response.arrayBuffer();
      if (response.status !== 200) throw new Error(`${url} answered ${response.status}`);
    }
  };
  await Promise.all(Array.from({ length: parallel }, lane));
}

/** The info.json at each address. */
export function readInfos(urls: readonly string[]): Promise<readonly ImageInfo[]> {
  return Promise.all(urls.map(async (url) => (await fetch(url)).json()));
}

/** An answer, its bytes as their SHA-256. */
export interface Answer {
  readonly status: number;
  readonly digest: string;
  readonly timing: string;
}

/** The answers to all of these, in their order. */
export async function answersTo(urls: readonly string[]): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  const next = urls.entries();
  const lane = async () => {
    for (const [index, url] of next) {
      const response = await fetch(url);
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', await response.arrayBuffer()));
      answers[index] = {
        status: response.status,
        digest: Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join(''),
        timing: response.headers.get('server-timing') ?? '',
      };
    }
  };
  await Promise.all(Array.from({ length: 6 }, lane));
  return answers;
}

/** Milliseconds of each answer, one after the other. @throws {Error} unless each comes from the cache. */
export async function timeHits(urls: readonly string[]): Promise<readonly number[]> {
  const times: number[] = [];
  for (const url of urls) {
    const start = performance.now();
    const response = await fetch(url);
    await response.arrayBuffer();
    times.push(performance.now() - start);
    const timing = response.headers.get('server-timing') ?? '';
    if (!timing.includes('hit')) throw new Error(`${url} was no hit: ${timing}`);
  }
  return times;
}

/** Pins identifiers, or the manifest at an address; the pack when its download has ended. */
export async function pinWhole(target: string | readonly string[]): Promise<PackStatus> {
  return (await potto.pin(target)).done;
}

/** Begins to pin. */
export function startPin(target: readonly string[]): Promise<Download> {
  return potto.pin(target);
}

/** Until so many bytes are kept, or it is over: a random time later, so that it isn't the moment after a write. */
export async function reached(
  download: Download,
  { bytes, milliseconds }: { readonly bytes: number; readonly milliseconds: number },
): Promise<boolean> {
  for await (const { bytesDone, state } of download) {
    if (state === 'complete' || state === 'incomplete') return false;
    if (bytesDone < bytes) continue;
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    return download.progress.state === 'running' || download.progress.state === 'waiting';
  }
  return false;
}

/** Until nothing comes, or it is over. */
export async function stalled(download: Download): Promise<void> {
  for await (const { state } of download) if (state === 'waiting') return;
}

/** How a download ended: its state, and what was said. */
export interface Ending {
  readonly state: string;
  readonly said: string;
  readonly status: number | undefined;
}

/**
 * Goes on with the pack that isn't complete, or pins these. `window.marked` tells whether it is over, or so many bytes have
 * been kept of them.
 */
export async function pinOrResume({
  target,
  marks = 0,
}: {
  readonly target: readonly string[];
  readonly marks?: number;
}): Promise<Ending> {
  const mark = (marked: boolean) => Object.assign(globalThis, { marked });
  mark(false);
  try {
    const [unfinished] = await potto.resumePacks();
    const download = unfinished ?? (await potto.pin(target));
    let first: number | undefined;
    for await (const { bytes, bytesDone } of download) {
      if (bytes === 0) continue;
      first ??= bytesDone;
      if (bytesDone >= first + marks) mark(true);
    }
    await download.done;
    return { state: download.progress.state, said: '', status: undefined };
  } catch (error) {
    const { message, status } = error as Error & { readonly status?: number };
    return { state: 'failed', said: message, status };
  } finally {
    mark(true);
  }
}

/** Blocks of all packs that are damaged or lost. */
export async function damagedInAll(): Promise<number> {
  let damaged = 0;
  for (const { id } of await potto.packs()) damaged += (await potto.verify(id)).damaged;
  return damaged;
}

/** Writes a pack into a file of the site's own; resolves to its bytes. */
export async function exportToFile({ id, name }: { readonly id: string; readonly name: string }): Promise<number> {
  const root = await navigator.storage.getDirectory();
  const handle = await root.getFileHandle(name, { create: true });
  await potto.exportPack(id).pipeTo(await handle.createWritable());
  return (await handle.getFile()).size;
}
