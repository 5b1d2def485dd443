import type { Presign, PresignedUrl } from '../source/access.ts';
import { notPresigned } from './refusals.ts';

/** Milliseconds for which a URL is used that doesn't say how long it is good. */
const USED_FOR = 60_000;
/** Milliseconds before its end at which a URL isn't used any more. */
const UNUSED_BEFORE = 10_000;
/** URLs in memory; with more, those that were signed first are signed again. */
const KNOWN_URLS = 1000;

interface Known {
  readonly url: string;
  /** Milliseconds since 1970. */
  readonly until: number;
}

/** Presigned URLs, in memory and nowhere else, each used while it is good. */
export class PresignedUrls {
  readonly #sign: Presign;
  readonly #now: () => number;
  readonly #known = new Map<string, Known>();
  readonly #signing = new Map<string, Promise<string>>();

  constructor(sign: Presign, now: () => number = Date.now) {
    this.#sign = sign;
    this.#now = now;
  }

  /** @throws {SourceUnreachableError} 503 where the function fails, or leads to another server. */
  async of(url: string): Promise<string> {
    const known = this.#known.get(url);
    if (known && this.#now() < known.until) return known.url;
    const signing = this.#signing.get(url) ?? this.#signed(url);
    this.#signing.set(url, signing);
    try {
      return await signing;
    } finally {
      if (this.#signing.get(url) === signing) this.#signing.delete(url);
    }
  }

  /** Another one than that which the source refused. */
  insteadOf(refused: string, url: string): Promise<string> {
    if (this.#known.get(url)?.url === refused) this.#known.delete(url);
    return this.of(url);
  }

  async #signed(url: string): Promise<string> {
    let given: string | PresignedUrl;
    try {
      given = await this.#sign(url);
    } catch {
      throw notPresigned('failed');
    }
    const presigned = typeof given === 'string' ? { url: given } : given;
    const target = URL.canParse(presigned?.url, url) ? new URL(presigned.url, url) : undefined;
    if (!target) throw notPresigned('gave no URL');
    if (target.origin !== new URL(url).origin) throw notPresigned('gave the URL of another server');
    if (target.username !== '' || target.password !== '') throw notPresigned('gave a URL with a password');
    target.hash = '';
    const until = (timeOf(presigned.expires) ?? endOf(target.searchParams) ?? this.#now() + USED_FOR) - UNUSED_BEFORE;
    this.#known.delete(url);
    this.#known.set(url, { url: target.href, until });
    const [oldest] = this.#known.keys();
    if (this.#known.size > KNOWN_URLS && oldest !== undefined) this.#known.delete(oldest);
    return target.href;
  }
}

function timeOf(expires: Date | number | undefined): number | undefined {
  const time = expires instanceof Date ? expires.getTime() : expires;
  return time === undefined || Number.isNaN(time) ? undefined : time;
}

/** When a URL says that it ends: Signature Version 4 of AWS and of Google, the older ones of both, Azure's. */
function endOf(query: URLSearchParams): number | undefined {
  for (const scheme of ['X-Amz', 'X-Goog']) {
    const date = query
      .get(`${scheme}-Date`)
      ?.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
    const end = Date.parse(date ?? '') + Number(query.get(`${scheme}-Expires`) ?? Number.NaN) * 1000;
    if (!Number.isNaN(end)) return end;
  }
  const end = query.has('Expires') ? Number(query.get('Expires')) * 1000 : Date.parse(query.get('se') ?? '');
  return Number.isNaN(end) ? undefined : end;
}
