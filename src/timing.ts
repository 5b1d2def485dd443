/** What one answer cost, collected while it is made and sent as `Server-Timing`. */
export class Timing {
  readonly #entries = new Map<string, { milliseconds: number; count: number; bytes: number }>();
  readonly #marks = new Set<string>();

  /**
   * Adds work: `name` is `read`, `decode`, `render`, `encode` …, the duration is in milliseconds. A `count` of 0 adds to
   * work that is counted already, here or in another answer.
   */
  add(name: string, milliseconds: number, bytes = 0, count = 1): void {
    const entry = this.#entries.get(name) ?? { milliseconds: 0, count: 0, bytes: 0 };
    entry.milliseconds += milliseconds;
    entry.count += count;
    entry.bytes += bytes;
    this.#entries.set(name, entry);
  }

  /** Runs `work` and adds its duration under `name`, also when it throws. */
  async measure<T>(name: string, work: () => Promise<T> | T): Promise<T> {
    const start = performance.now();
    try {
      return await work();
    } finally {
      this.add(name, performance.now() - start);
    }
  }

  /** Notes a fact without a duration: `hit`, `passthrough`, `render`, `stale`. */
  mark(fact: string): void {
    this.#marks.add(fact);
  }

  has(fact: string): boolean {
    return this.#marks.has(fact);
  }

  /** What the work cost, by name, for another thread's account to be added to this one's. */
  get costs(): readonly { readonly name: string; readonly milliseconds: number }[] {
    return [...this.#entries].map(([name, { milliseconds }]) => ({ name, milliseconds }));
  }

  /** Bytes and requests that were read from the source for this answer. */
  get read(): { requests: number; bytes: number } {
    const entry = this.#entries.get('read');
    return { requests: entry?.count ?? 0, bytes: entry?.bytes ?? 0 };
  }

  /** The value of the `Server-Timing` header (W3C Server Timing, section 3). */
  header(): string {
    const marks = [...this.#marks];
    const entries = [...this.#entries].map(([name, { milliseconds, count, bytes }]) => {
      const description = bytes > 0 ? `;desc="${count} x, ${bytes} bytes"` : '';
      return `${name};dur=${milliseconds.toFixed(1)}${description}`;
    });
    return [...marks, ...entries].join(', ');
  }
}
