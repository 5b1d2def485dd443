import type { PackStatus } from '../../src/packs/desk.ts';
import type { PackProgress } from '../../src/packs/progress.ts';

/** What of the pages' library is used here; it is written for pages, whose types a program of Node doesn't have. */
export interface Library {
  pin(target: string | URL | readonly string[]): Promise<Download>;
  resumePacks(): Promise<readonly Download[]>;
  packs(): Promise<readonly PackStatus[]>;
  verify(id: string): Promise<{ readonly damaged: number; readonly pack: PackStatus }>;
  exportPack(id: string): ReadableStream<Uint8Array<ArrayBuffer>>;
  importPack(file: Blob): Promise<PackStatus>;
  purge(): Promise<void>;
}

export interface Download extends AsyncIterable<PackProgress> {
  readonly progress: PackProgress;
  readonly done: Promise<PackStatus>;
}
