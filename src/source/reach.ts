/** Milliseconds for which a source that failed isn't asked where something else can be shown. */
const OUT_FOR = 5000;

/** Milliseconds that an answer waits for a source before something else is shown in its place. */
const PATIENCE = 3000;

/** The same once the source has let an answer wait for so long, until it delivers again. */
const SHORT_PATIENCE = 300;

/** Whether a source can be reached, as far as the latest reads of it tell. */
export class Reach {
  #failedAt: number | undefined;
  #failedOnline = true;
  #isSlow = false;

  /** The latest read failed, or was too slow to be waited for. */
  get isDoubtful(): boolean {
    return this.#failedAt !== undefined || this.#isSlow;
  }

  /** A read failed a moment ago: asking again is hardly worth while. */
  get isOut(): boolean {
    const isBack = isOnline() && !this.#failedOnline;
    return this.#failedAt !== undefined && performance.now() - this.#failedAt < OUT_FOR && !isBack;
  }

  /** Milliseconds. */
  get patience(): number {
    return this.#isSlow ? SHORT_PATIENCE : PATIENCE;
  }

  delivered(): void {
    this.#failedAt = undefined;
    this.#isSlow = false;
  }

  failed(): void {
    this.#failedAt = performance.now();
    this.#failedOnline = isOnline();
  }

  waited(): void {
    this.#isSlow = true;
  }
}

/** Browsers tell when there is no network at all; elsewhere there is one as far as anybody knows. */
function isOnline(): boolean {
  return globalThis.navigator?.onLine !== false;
}

/** One for each origin: a network that is gone is gone for all images of it. */
export function createReaches(): (url: string) => Reach {
  const reaches = new Map<string, Reach>();
  return (url) => {
    const origin = URL.canParse(url) ? new URL(url).origin : '';
    const reach = reaches.get(origin) ?? new Reach();
    reaches.set(origin, reach);
    return reach;
  };
}
