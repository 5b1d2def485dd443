import { ImageServerError } from '../errors.ts';
import {
  areEqual,
  type Checked,
  type CredentialsKind,
  type CredentialsProvider,
  type CredentialsRequest,
  checkedCredentials,
} from './credentials.ts';
import { noCredentialsNow, notSignedIn } from './refusals.ts';

/** Milliseconds before their end at which new credentials are asked for, while the old ones are still used. */
export const REFRESH_BEFORE = 90_000;
/** Milliseconds before their end at which they aren't used any more: a read may wait for its turn for so long. */
export const UNUSED_BEFORE = 10_000;
/**
 * Milliseconds. What was accepted a moment ago and is refused now is right, and the object missing: S3 says 403 to both.
 * It is also how long the same refused credentials aren't asked for again.
 */
export const SURE_FOR = 10_000;

export interface Wanted {
  readonly source: string;
  readonly kind: CredentialsKind;
}

export interface KeeperOptions {
  readonly provider: CredentialsProvider;
  /** Milliseconds since 1970. */
  readonly now?: (() => number) | undefined;
}

/** The credentials of each source, in memory and nowhere else; asked for when they are missing, end soon or are refused. */
export class CredentialsKeeper {
  readonly #provider: CredentialsProvider;
  readonly #now: () => number;
  readonly #held = new Map<string, Checked>();
  readonly #asking = new Map<string, Promise<Checked>>();
  /** When they were accepted last. */
  readonly #accepted = new WeakMap<Checked, number>();
  /** When the same were given again after they had been refused. */
  readonly #refused = new Map<string, number>();

  constructor({ provider, now = Date.now }: KeeperOptions) {
    this.#provider = provider;
    this.#now = now;
  }

  /** @throws {ImageServerError} 401 where nobody is signed in, 503 where they can't be had just now. */
  async get(wanted: Wanted): Promise<Checked> {
    const { source, kind } = wanted;
    const held = this.#held.get(source);
    if (held?.kind !== kind) return this.#ask(wanted, 'missing');
    const left = held.ends - this.#now();
    if (left > REFRESH_BEFORE) return held;
    const fresh = this.#ask(wanted, 'expiring');
    if (left <= UNUSED_BEFORE) return fresh;
    fresh.catch(() => undefined);
    return held;
  }

  /** The source has taken them. */
  accepted(credentials: Checked): void {
    this.#accepted.set(credentials, this.#now());
  }

  /** Others than those that the source refused; undefined where there are none. Throws as `get` does. */
  async insteadOf(refused: Checked, wanted: Wanted, status: number): Promise<Checked | undefined> {
    const { source, kind } = wanted;
    const held = this.#held.get(source);
    if (held?.kind === kind && !areEqual(held, refused)) return held;
    const isSure = this.#isRecent(this.#accepted.get(refused)) && status !== 401;
    if (isSure || this.#isRecent(this.#refused.get(source))) return undefined;
    const given = await this.#ask(wanted, 'refused');
    if (!areEqual(given, refused)) return given;
    this.#refused.set(source, this.#now());
    return undefined;
  }

  /** Drops the credentials of a source, or all; those that are just being asked for are not kept either. */
  forget(source?: string): void {
    for (const map of [this.#held, this.#asking, this.#refused]) {
      if (source === undefined) map.clear();
      else map.delete(source);
    }
  }

  #isRecent(time: number | undefined): boolean {
    return time !== undefined && this.#now() - time < SURE_FOR;
  }

  /** Once for all who wait. */
  #ask(wanted: Wanted, reason: CredentialsRequest['reason']): Promise<Checked> {
    const { source } = wanted;
    const asking = this.#asking.get(source) ?? this.#given(wanted, reason);
    if (this.#asking.get(source) === asking) return asking;
    this.#asking.set(source, asking);
    const isCurrent = () => this.#asking.get(source) === asking;
    asking.then(
      (given) => {
        if (!isCurrent()) return;
        this.#asking.delete(source);
        this.#held.set(source, given);
      },
      () => {
        if (isCurrent()) this.#asking.delete(source);
      },
    );
    return asking;
  }

  async #given({ source, kind }: Wanted, reason: CredentialsRequest['reason']): Promise<Checked> {
    let given: unknown;
    try {
      given = await this.#provider({ source, reason });
    } catch (error) {
      if (error instanceof ImageServerError) throw error;
      // Whatever it says may hold what nobody should see.
      throw noCredentialsNow();
    }
    if (given === undefined || given === null) throw notSignedIn();
    const checked = checkedCredentials(kind, given);
    if (!checked) throw wrongKind(kind);
    if (checked.ends - this.#now() <= 0) throw notSignedIn();
    return checked;
  }
}

function wrongKind(kind: CredentialsKind): ImageServerError {
  return new ImageServerError(
    401,
    `This image is not public, and the credentials that were given for its source are not ${NEEDED[kind]}. Check what the page signs in with.`,
  );
}

const NEEDED: Readonly<Record<CredentialsKind, string>> = {
  s3: '{ accessKeyId, secretAccessKey, sessionToken?, expiration? } in plain ASCII',
  basic: '{ username, password, expiration? }, the name without a colon',
  bearer: '{ token, expiration? } in plain ASCII',
};
