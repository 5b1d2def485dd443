/**
 * Lets work begin when there is memory for it. What needs more than there is runs alone; what needs little may pass
 * what waits for much, so that a tile doesn't wait behind a poster.
 */
export class MemoryBudget {
  readonly #limit: number;
  readonly #waiting: { readonly bytes: number; readonly start: () => void }[] = [];
  #used = 0;

  /** `limit` in bytes. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Runs `work` once `bytes` are to be had, and gives them back when it ends. */
  async run<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    if (this.#fits(bytes)) this.#used += bytes;
    else await new Promise<void>((start) => this.#waiting.push({ bytes, start }));
    try {
      return await work();
    } finally {
      this.#used -= bytes;
      this.#wake();
    }
  }

  #fits(bytes: number): boolean {
    return this.#used === 0 || this.#used + bytes <= this.#limit;
  }

  #wake(): void {
    for (const next of [...this.#waiting]) {
      if (!this.#fits(next.bytes)) continue;
      this.#waiting.splice(this.#waiting.indexOf(next), 1);
      this.#used += next.bytes;
      next.start();
    }
  }
}
