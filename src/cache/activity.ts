/** Whether anything is being answered: what can wait is done in between. */
export class Activity {
  #running = 0;
  #waiting: (() => void)[] = [];

  /** Counts `work` as being under way until it settles. */
  during<T>(work: Promise<T>): Promise<T> {
    this.#running += 1;
    return work.finally(() => {
      this.#running -= 1;
      if (this.#running > 0) return;
      for (const resolve of this.#waiting.splice(0)) resolve();
    });
  }

  get isBusy(): boolean {
    return this.#running > 0;
  }

  /** Resolves in a moment in which nothing is under way. */
  async pause(): Promise<void> {
    while (this.isBusy) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
      });
    }
  }
}
