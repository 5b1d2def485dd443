/** Bytes of one request. */
export const LONGEST_READ = 512 * 1024;
/** Bytes. A request for less would take longer than its bytes. */
export const SHORTEST_READ = 16 * 1024;
/** Requests at the same time: as many as a source leaves to those that nobody waits for. */
export const READS_AT_ONCE = 3;
/** Bytes asked for at once in the beginning: a quarter of a second on a slow line. */
const FIRST_WINDOW = 64 * 1024;
/** Bytes of a request where losses follow each other closely: there the time it takes matters less than what is lost. */
const SMALLEST_READ = 4 * 1024;
/** What is asked for at once is this part of what came without a loss: that much would have to be fetched twice. */
const TRUST_SHARE = 1 / 64;

/**
 * How many bytes may be on their way at once. What is on its way when the network or the worker goes has to be fetched
 * again, so that little is asked for after a loss, the less the more often there is one, and ever more while all goes well.
 */
export class FetchWindow {
  #least = FIRST_WINDOW;
  /** Bytes since the last loss. */
  #arrived = 0;
  #arrivedInAll = 0;
  #losses = 0;

  /** Bytes that may be on their way together. */
  get size(): number {
    return Math.min(READS_AT_ONCE * LONGEST_READ, Math.max(this.#least, Math.floor(this.#arrived * TRUST_SHARE)));
  }

  /** Bytes that one request may ask for. */
  get readLength(): number {
    const { size } = this;
    return Math.max(Math.min(SHORTEST_READ, size), Math.min(LONGEST_READ, Math.floor(size / READS_AT_ONCE)));
  }

  arrived(bytes: number): void {
    this.#arrived += bytes;
    this.#arrivedInAll += bytes;
  }

  lost(): void {
    this.#losses += 1;
    const between = Math.floor((this.#arrivedInAll / this.#losses) * TRUST_SHARE);
    this.#least = Math.min(SHORTEST_READ, Math.max(SMALLEST_READ, between));
    this.#arrived = 0;
  }
}
