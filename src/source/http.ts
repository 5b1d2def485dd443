import { ImageServerError } from '../errors.ts';
import { sleep, untilAborted } from './abort.ts';
import { readBody } from './body.ts';
import type { Breaker } from './breaker.ts';
import { createBreakers } from './breakers.ts';
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
import { Gathering, MOMENT } from './gathering.ts';
import { type HttpOptions, READ_DEADLINE, READ_LENGTH_LIMIT, WHOLE_OBJECT_LIMIT } from './http-options.ts';
import type { JointRead } from './joint-read.ts';
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
import { sharedSlots } from './origin-slots.ts';
import { type RangeResponse, rangeResponse } from './range-response.ts';
import { ReadAhead } from './read-ahead.ts';
import { type Attempt, withRetries } from './retry.ts';
import { fetchWithinOrigin } from './same-origin-fetch.ts';
import { SharedReads } from './shared-reads.ts';
import type { SharedWork } from './shared-work.ts';
import { type ByteRange, type ReadOptions, type Source, SourceChangedError, SourceUnreachableError } from './source.ts';
import { statusError } from './status-error.ts';

/** Ends the wait for a deadline. Without a reason an abort makes one of its own, with a stack, which takes time. */
const ENDED = new Error('The read has ended');

/** Bytes, and where in the object they begin. */
interface Received {
  readonly kind: 'bytes';
  readonly bytes: Uint8Array;
  readonly offset: number;
}

/** What a request came to: bytes, or word that there are none in this range. */
type Outcome = Received | Extract<RangeResponse, { kind: 'unsatisfiable' }>;

/**
 * An object on an HTTP server, read by plain `Range: bytes=a-b`, the only form that needs no CORS preflight. Equal
 * ranges in flight are one request, and so are neighbours that are asked for in the same moment; requests per origin are
 * bounded, passing failures are tried again, and every answer is checked against what was asked and against the version
 * that was seen first.
 */
export class HttpSource implements Source {
  readonly url: string;
  readonly #origin: string;
  readonly #breaker: Breaker;
  readonly #options: Required<{
    [Name in Exclude<keyof HttpOptions, 'known' | 'breakers'>]: NonNullable<HttpOptions[Name]>;
  }>;
  readonly #shared = new SharedReads();
  readonly #gathering: Gathering;
  readonly #ahead = new ReadAhead();
  readonly #known: ObjectFacts;
  #answered: AnsweredFacts = NOTHING_ANSWERED;
  #lastRead: number | undefined;
  /** The object's bytes, where the server sent them all in place of a range. */
  #whole: Uint8Array | undefined;

  constructor(url: string, options: HttpOptions = {}) {
    this.url = url;
    this.#origin = new URL(url).origin;
    this.#breaker = (options.breakers ?? createBreakers()).of(url);
    this.#known = options.known ?? { size: undefined, version: undefined };
    this.#options = {
      fetch: options.fetch ?? ((input, init) => globalThis.fetch(input, init)),
      sleep: options.sleep ?? sleep,
      moment: options.moment ?? (() => sleep(MOMENT)),
      random: options.random ?? Math.random,
      slots: options.slots ?? sharedSlots,
      deadline: options.deadline ?? READ_DEADLINE,
    };
    const { slots, moment } = this.#options;
    this.#gathering = new Gathering({
      start: (read) => this.#readBeforeDeadline(read),
      nextMoment: () => slots.nextMoment(),
      moment,
    });
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
    const bytes = this.#shared.join(clamped, options, (work) => this.#begin(clamped, work, options));
    // A reader in a hurry may have joined a read that waits among those that aren't.
    this.#options.slots.wake(this.#origin);
    if (options.keep) this.#ahead.keep(clamped, (await bytes).slice());
    return bytes;
  }

  /** Takes a range from what was read ahead, or reads it, with what is likely to be wanted next. */
  async #begin(range: ByteRange, work: SharedWork, { timing, priority, ahead = [] }: ReadOptions): Promise<Uint8Array> {
    const taken = this.#ahead.take(range, work.signal);
    if (taken) {
      timing?.mark('ahead');
      const bytes = await taken;
      if (bytes) return bytes;
    }
    // Where the size isn't known a range may lie past the end, and must not take its neighbours along.
    const gather = this.size !== undefined;
    const reading = this.#gathering.read(range, work, timing, gather);
    if (gather && priority !== 'low') {
      for (const next of ahead) {
        this.#ahead.start(next, (unasked) => this.#gathering.read(next, unasked, undefined, true));
      }
    }
    return reading;
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

  async #readBeforeDeadline(read: JointRead): Promise<void> {
    const { deadline } = this.#options;
    const ended = new AbortController();
    this.#options.sleep(deadline, ended.signal).then(
      () => read.stop.abort(tooLate(deadline)),
      () => undefined,
    );
    try {
      const { bytes, offset } = await untilAborted(this.#readRange(read), read.signal);
      read.finish(bytes, offset);
    } catch (reason) {
      read.fail(reason);
    } finally {
      ended.abort(ENDED);
    }
  }

  async #readRange(read: JointRead): Promise<Received> {
    const { range } = read;
    const outcome = await this.#request(read);
    if (outcome.kind === 'bytes') return outcome;
    const { size: known } = this;
    const within = (size: number) => range.offset + range.length <= size;
    // What lay in the object before doesn't any more: it shrank.
    if (known !== undefined && within(known)) throw new SourceChangedError(this.url, this.version, undefined);
    const size = known ?? outcome.size ?? (await this.#askForSize(read));
    if (size === 0) throw emptyObject();
    if (size === undefined || range.offset >= size) throw pastTheEnd(range.offset, size);
    if (within(size)) throw refusesRange({ range, size });
    // Here is a server that refuses a range which reaches past the end, though it begins before it.
    const clamped = await this.#request(read, { offset: range.offset, length: size - range.offset });
    if (clamped.kind === 'bytes') return clamped;
    throw refusesRange({ range, size });
  }

  /** The answer for the first byte carries the size; a 416 for it says that there is none. */
  async #askForSize(read: JointRead): Promise<number | undefined> {
    const first = await this.#request(read, { offset: 0, length: 1 });
    return first.kind === 'unsatisfiable' ? 0 : this.size;
  }

  /** Requests a range for a read, by default all that is waited for when its turn comes. */
  #request(read: JointRead, range?: ByteRange): Promise<Outcome> {
    const { slots, sleep, random, deadline } = this.#options;
    const { signal } = read;
    const attempt = async () => {
      this.#gathering.bringWaiting(read);
      read.beginRequest();
      return this.#attempt(range ?? read.range, read);
    };
    const inTurn = async () => {
      // Nobody waits for a slot only to be refused.
      this.#breaker.throwIfOpen();
      return slots.run(this.#origin, read, () => this.#breaker.run(signal, attempt));
    };
    return withRetries(inTurn, { sleep, random, signal, until: read.began + deadline });
  }

  async #attempt(range: ByteRange, read: JointRead): Promise<Attempt<Outcome>> {
    const { signal } = read;
    const began = performance.now();
    let response: Response;
    try {
      response = await fetchWithinOrigin(this.#options.fetch, this.url, {
        headers: { Range: `bytes=${range.offset}-${range.offset + range.length - 1}` },
        // Chromium's HTTP cache answers parallel ranges of one URL one after the other.
        cache: 'no-store',
        signal,
      });
    } catch (cause) {
      if (signal.aborted) return this.#aborted(signal, began);
      if (cause instanceof ImageServerError) throw cause;
      return { kind: 'failed', origin: 'down', error: unreachable(cause) };
    }
    try {
      return await this.#receive(response, range, read);
    } catch (cause) {
      if (signal.aborted) return this.#aborted(signal, began);
      throw cause;
    } finally {
      if (response.body?.locked === false) await response.body.cancel().catch(() => undefined);
    }
  }

  /** What an abort tells: a deadline that a request had to itself for the most part, that the origin keeps silent. */
  #aborted({ reason }: AbortSignal, began: number): Attempt<never> {
    if (!(reason instanceof SourceUnreachableError)) throw reason;
    const isSilent = performance.now() - began > this.#options.deadline / 2;
    return { kind: 'failed', origin: isSilent ? 'silent' : 'unclear', error: reason };
  }

  async #receive(response: Response, range: ByteRange, read: JointRead): Promise<Attempt<Outcome>> {
    const { offset } = range;
    if (![200, 206, 416].includes(response.status)) return statusError(response);
    const head = rangeResponse(response, range, this);
    if (head.kind === 'unsatisfiable') return { kind: 'done', value: head };
    this.#note(head.facts);
    if (head.kind === 'whole' && (head.length ?? 0) > WHOLE_OBJECT_LIMIT) throw ignoresRange();
    // Ranges that are handed over before all is there must not be of a body that can't be right.
    if (head.kind === 'partial' && head.announced !== undefined) {
      if (head.announced > head.length) throw sentTooMuch();
      if (head.announced < head.length) return { kind: 'failed', origin: 'unclear', error: brokenBody() };
    }
    let body: Uint8Array | undefined;
    try {
      const early = head.kind === 'partial' && read.isShared;
      const arrived = (bytes: Uint8Array, filled: number) => read.arrived(bytes, offset, filled);
      body = await readBody(response, head.length ?? WHOLE_OBJECT_LIMIT, early ? arrived : undefined);
    } catch (cause) {
      read.signal.throwIfAborted();
      return { kind: 'failed', origin: 'unclear', error: brokenBody(cause) };
    }
    if (body !== undefined && body.length < (head.length ?? 0))
      return { kind: 'failed', origin: 'unclear', error: brokenBody() };
    if (head.kind === 'partial') {
      if (body === undefined) throw sentTooMuch();
      return { kind: 'done', value: { kind: 'bytes', bytes: body, offset } };
    }
    if (body === undefined) throw ignoresRange();
    this.#note(factsOf(response.headers, body.length));
    this.#whole = body;
    return { kind: 'done', value: { kind: 'bytes', bytes: slice(body, this.#clamp(range)), offset } };
  }

  /** Remembers what an answer told. @throws {SourceChangedError} where it speaks of another version. */
  #note(answered: AnsweredFacts): void {
    const after = versionOf(answered);
    const known = this.#known;
    const differsFromKnown = unequal(known.size, answered.size) || unequal(known.version, after);
    if (differsFromKnown || differ(this.#answered, answered)) {
      this.#ahead.clear();
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
