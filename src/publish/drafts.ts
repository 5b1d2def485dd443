import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A folder within the site, so on its disk, for files that are being made: they are moved to their place when they are
 * whole. What is left in it when a run ends, however it ends, is nothing.
 */
export class Drafts {
  readonly #folder: string;

  constructor(site: string) {
    this.#folder = join(site, '.potto-drafts');
  }

  /** Makes the folder, without what an earlier run may have left in it. */
  async open(): Promise<void> {
    await this.close();
    await mkdir(this.#folder, { recursive: true });
  }

  /** A path for a new file. */
  next(): string {
    return join(this.#folder, randomUUID());
  }

  /** Pictures that can't be stopped any more find no place from now on. */
  async close(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
