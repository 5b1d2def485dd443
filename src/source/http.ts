import { ImageServerError } from '../errors.ts';
import { type Sleep, sleep, untilAborted } from './abort.ts';
import { readBody } from './body.ts';
import {
  brokenBody,
  emptyObject,
  ignoresRange,
  pastTheEnd,
  refusesRange,
  sentTooMuch,
  tooLate,
  tooLong,
  unreachable,
} from './failures.ts';
import {
  type AnsweredFacts,
  differ,
  factsOf,
  joined,
  NOTHING_ANSWERED,
  type ObjectFacts,
  unequal,
  versionOf,
} from './object-facts.ts';
import { type OriginSlots, sharedSlots } from './origin-slots.ts';
import { type RangeResponse, rangeResponse } from './range-response.ts';
import { type Attempt, withRetries } from './retry.ts';
import { fetchWithinOrigin } from './same-origin-fetch.ts';
import { SharedReads, type SharedWork } from './shared-reads.ts';
import { type ByteRange, type ReadOptions, type Source, SourceChangedError } from './source.ts';
import { statusError } from './status-error.ts';

/** Milliseconds for one read with its waiting, its attempts and its body; viewers give up after 30 s as well. */
export const READ_DEADLINE = 30_000;
/** Bytes. A whole object is taken in place of a range up to here; beyond, its download is stopped. */
export const WHOLE_OBJECT_LIMIT = 1 << 20;
/** Bytes. Nothing that is read at once in an image is longer; a longer range comes from a damaged file. */
export const READ_LENGTH_LIMIT = 256 << 20;

/** Everything has a default; all but `known` is for tests. */
export interface HttpOptions {
  /** What was seen of the object before: an answer that tells something else is a SourceChangedError. */
  readonly known?: ObjectFacts | undefined;
  readonly fetch?: typeof globalThis.fetch | undefined;
  readonly sleep?: Sleep | undefined;
  /** A number in [0, 1), for the jitter between attempts. */
  readonly random?: (() => number) | undefined;
  /** Default: those that all sources of this process share. */
  readonly slots?: OriginSlots | undefined;
  /** Milliseconds, default READ_DEADLINE. */
  readonly deadline?: number | undefined;
}

/** What a request came to: bytes, or word that there are none in this range. */
type Outcome =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | Extract<RangeResponse, { kind: 'unsatisfiable' }>;

/**
 * An object on an HTTP server, read by plain `Range: bytes=a-b`, the only form that needs no CORS preflight. Equal
 * ranges in flight are one request, requests per origin are bounded, passing failures are tried again, and every
 * answer is checked against what was asked and against the version that was seen first.
 */
export class HttpSource implements Source {
  readonly url: string;
  readonly #origin: string;
  readonly #options: Required<{ [Name in Exclude<keyof HttpOptions, 'known'>]: NonNullable<HttpOptions[Name]> }>;
  readonly #shared = new SharedReads();
  readonly #known: ObjectFacts;
  #answered: AnsweredFacts = NOTHING_ANSWERED;
  #lastRead: number | undefined;
  /** The object's bytes, where the server sent them all in place of a range. */
  #whole: Uint8Array | undefined;

  constructor(url: string, options: HttpOptions = {}) {
    this.url = url;
    this.#origin = new URL(url).origin;
    this.#known = options.known ?? { size: undefined, version: undefined };
    this.#options = {
      fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
      sleep: options.sleep ?? sleep,
      random: options.random ?? Math.random,
      slots: options.slots ?? sharedSlots,
      deadline: options.deadline ?? READ_DEADLINE,
    };
  }

  get size(): number | undefined {
    return this.#answered.size ?? this.#known.size;
  }

  get version(): string | undefined {
    return versionOf(this.#answered) ?? this.#known.version;
  }

  get lastRead(): number | undefined {
    return this.#lastRead;
  }

  async read(range: ByteRange, options: ReadOptions = {}): Promise<Uint8Array> {
    options.signal?.throwIfAborted();
    const clamped = this.#clamp(range);
    if (this.#whole !== undefined) return slice(this.#whole, clamped);
    const bytes = this.#shared.join(clamped, options, (work) => this.#readBeforeDeadline(clamped, work, options));
    // A reader in a hurry may have joined a read that waits among those that aren't.
    this.#options.slots.wake(this.#origin);
    return bytes;
  }

  /** @throws {ImageServerError} 416 past the end, 502 for a range that no image has. */
  #clamp({ offset, length }: ByteRange): ByteRange {
    const { size } = this;
    if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 1) {
      throw new RangeError(`Not a range of bytes: ${length} from ${offset}`);
    }
    if (size === 0) throw emptyObject();
    if (size !== undefined && offset >= size) throw pastTheEnd(offset, size);
    const clamped = size === undefined ? length : Math.min(length, size - offset);
    if (clamped <= READ_LENGTH_LIMIT) return { offset, length: clamped };
    throw tooLong(clamped, READ_LENGTH_LIMIT);
  }

  async #readBeforeDeadline(range: ByteRange, work: SharedWork, options: ReadOptions): Promise<Uint8Array> {
    const { deadline } = this.#options;
    this.#options.sleep(deadline, work.signal).then(
      () => work.stop.abort(tooLate(deadline)),
      () => undefined,
    );
    return untilAborted(this.#readRange(range, work, options), work.signal);
  }

  async #readRange(range: ByteRange, work: SharedWork, options: ReadOptions): Promise<Uint8Array> {
    const outcome = await this.#request(range, work, options);
    if (outcome.kind === 'bytes') return outcome.bytes;
    const { size: known } = this;
    const within = (size: number) => range.offset + range.length <= size;
    // What lay in the object before doesn't any more: it shrank.
    if (known !== undefined && within(known)) throw new SourceChangedError(this.url, this.version, undefined);
    const size = known ?? outcome.size ?? (await this.#askForSize(work, options));
    if (size === 0) throw emptyObject();
    if (size === undefined || range.offset >= size) throw pastTheEnd(range.offset, size);
    if (within(size)) throw refusesRange({ range, size });
    // Here is a server that refuses a range which reaches past the end, though it begins before it.
    const clamped = await this.#request({ offset: range.offset, length: size - range.offset }, work, options);
    if (clamped.kind === 'bytes') return clamped.bytes;
    throw refusesRange({ range, size });
  }

  /** The answer for the first byte carries the size; a 416 for it says that there is none. */
  async #askForSize(work: SharedWork, options: ReadOptions): Promise<number | undefined> {
    const first = await this.#request({ offset: 0, length: 1 }, work, options);
    return first.kind === 'unsatisfiable' ? 0 : this.size;
  }

  #request(range: ByteRange, work: SharedWork, options: ReadOptions): Promise<Outcome> {
    const { slots, sleep, random } = this.#options;
    return withRetries(() => slots.run(this.#origin, work, () => this.#measuredAttempt(range, work.signal, options)), {
      sleep,
      random,
      signal: work.signal,
    });
  }

  async #measuredAttempt(range: ByteRange, signal: AbortSignal, { timing }: ReadOptions): Promise<Attempt<Outcome>> {
    const start = performance.now();
    let bytes = 0;
    try {
      const attempt = await this.#attempt(range, signal);
      if (attempt.kind === 'done' && attempt.value.kind === 'bytes') bytes = attempt.value.bytes.length;
      return attempt;
    } finally {
      timing?.add('read', performance.now() - start, bytes);
    }
  }

  async #attempt(range: ByteRange, signal: AbortSignal): Promise<Attempt<Outcome>> {
    let response: Response;
    try {
      response = await fetchWithinOrigin(this.#options.fetch, this.url, {
        headers: { Range: `bytes=${range.offset}-${range.offset + range.length - 1}` },
        // Chromium's HTTP cache answers parallel ranges of one URL one after the other.
        cache: 'no-store',
        signal,
      });
    } catch (cause) {
      signal.throwIfAborted();
      if (cause instanceof ImageServerError) throw cause;
      return { kind: 'failed', error: unreachable(cause) };
    }
    try {
      return await this.#receive(response, range, signal);
    } finally {
      if (response.body?.locked === false) await response.body.cancel().catch(() => undefined);
    }
  }

  async #receive(response: Response, range: ByteRange, signal: AbortSignal): Promise<Attempt<Outcome>> {
    if (![200, 206, 416].includes(response.status)) return statusError(response);
    const head = rangeResponse(response, range, this);
    if (head.kind === 'unsatisfiable') return { kind: 'done', value: head };
    this.#note(head.facts);
    if (head.kind === 'whole' && (head.length ?? 0) > WHOLE_OBJECT_LIMIT) throw ignoresRange();
    let body: Uint8Array | undefined;
    try {
      body = await readBody(response, head.length ?? WHOLE_OBJECT_LIMIT);
    } catch (cause) {
      signal.throwIfAborted();
      return { kind: 'failed', error: brokenBody(cause) };
    }
    if (body !== undefined && body.length < (head.length ?? 0)) return { kind: 'failed', error: brokenBody() };
    if (head.kind === 'partial') {
      if (body === undefined) throw sentTooMuch();
      return { kind: 'done', value: { kind: 'bytes', bytes: body } };
    }
    if (body === undefined) throw ignoresRange();
    this.#note(factsOf(response.headers, body.length));
    this.#whole = body;
    return { kind: 'done', value: { kind: 'bytes', bytes: slice(body, this.#clamp(range)) } };
  }

  /** Remembers what an answer told. @throws {SourceChangedError} where it speaks of another version. */
  #note(answered: AnsweredFacts): void {
    const after = versionOf(answered);
    const known = this.#known;
    const differsFromKnown = unequal(known.size, answered.size) || unequal(known.version, after);
    if (differsFromKnown || differ(this.#answered, answered)) {
      throw new SourceChangedError(this.url, this.version, after);
    }
    this.#answered = joined(this.#answered, answered);
    this.#lastRead = Date.now();
  }
}

/** A copy, for its reader may change or transfer it. */
function slice(bytes: Uint8Array, { offset, length }: ByteRange): Uint8Array {
  return bytes.slice(offset, offset + length);
}
