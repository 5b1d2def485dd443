import { ImageServerError } from '../errors.ts';
import type { BreakerState } from '../source/breaker.ts';
import type { SourceFinder } from '../source/finder.ts';
import { redact } from './redact.ts';

/** How a source does. */
export interface SourceHealth {
  /** `unknown`: no image of it is known that could be read. */
  readonly state: 'up' | 'down' | 'unknown';
  /** What reading one byte took. */
  readonly milliseconds: number | undefined;
  /** The image that was read. */
  readonly identifier: string | undefined;
  /** What went wrong, in the words of an answer. */
  readonly problem: string | undefined;
  /** Whether its origin is left alone for a while, after failures in a row. */
  readonly breaker: BreakerState['state'] | undefined;
}

/** What `_health` tells: whether each source can be read just now. */
export interface Health {
  /** No source is down. */
  readonly ok: boolean;
  /** Milliseconds since 1970. */
  readonly checked: number;
  /** By name, or by origin where a source has none. */
  readonly sources: Readonly<Record<string, SourceHealth>>;
}

export interface HealthOptions {
  readonly finder: SourceFinder;
  readonly now: () => number;
  readonly breakerOf: (source: string) => BreakerState | undefined;
}

/** An image of a source, by which it is checked. */
export interface Probe {
  readonly identifier: string | undefined;
  /** It was configured, so that it has to be there. */
  readonly isConfigured: boolean;
}

/** Milliseconds. Who asks for the health of a server waits no longer. */
const CHECK_WITHIN = 5000;

/** Reads one byte of each source, as of an image; of all at once. */
export async function checkSources(probes: ReadonlyMap<string, Probe>, options: HealthOptions): Promise<Health> {
  const { now, breakerOf } = options;
  const checks = Array.from(probes, async ([source, probe]): Promise<[string, SourceHealth]> => {
    const result = await checkSource(probe, options);
    return [source, { ...result, identifier: probe.identifier, breaker: breakerOf(source)?.state }];
  });
  const sources = Object.fromEntries(await Promise.all(checks));
  return { ok: Object.values(sources).every(({ state }) => state !== 'down'), checked: now(), sources };
}

type Result = Pick<SourceHealth, 'state' | 'milliseconds' | 'problem'>;

async function checkSource({ identifier, isConfigured }: Probe, { finder, now }: HealthOptions): Promise<Result> {
  if (identifier === undefined) return { state: 'unknown', milliseconds: undefined, problem: undefined };
  const start = now();
  const took = () => now() - start;
  try {
    const found = await finder.find(identifier);
    if (!found) throw new ImageServerError(404, `No image has the identifier "${identifier}".`);
    await found.open().read({ offset: 0, length: 1 }, { signal: AbortSignal.timeout(CHECK_WITHIN) });
    return { state: 'up', milliseconds: took(), problem: undefined };
  } catch (error) {
    // An image that was there before may have been removed: the source answers all the same.
    const isRefusal = error instanceof ImageServerError && error.status < 500 && !isConfigured;
    const problem = redact(inWords(error));
    return { state: isRefusal ? 'up' : 'down', milliseconds: took(), problem };
  }
}

function inWords(error: unknown): string {
  if (error instanceof ImageServerError) return error.message;
  const isLate = error instanceof DOMException && error.name === 'TimeoutError';
  return isLate ? `It did not answer within ${CHECK_WITHIN / 1000} seconds.` : String(error);
}
