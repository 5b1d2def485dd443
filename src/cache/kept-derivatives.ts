import type { CacheStats } from '../protocol.ts';
import { Activity } from './activity.ts';
import { attempt } from './attempt.ts';
import { BoundedStore } from './bounded-store.ts';
import { budgetBytes, type CacheBudget } from './budget.ts';
import { DeferredWrites } from './deferred-writes.ts';
import type { AnswerStore, DerivativeCache, KeptAnswer, KeptKey, Meant, Shown } from './derivatives.ts';
import type { Ledger } from './ledger.ts';
import { RecentAnswers } from './recent-answers.ts';

export interface KeptDerivativesOptions {
  readonly store: AnswerStore;
  readonly ledger: Ledger;
  readonly budget: CacheBudget;
  /** Where the host's quota is told, if anywhere. */
  readonly storage: Pick<StorageManager, 'estimate'> | undefined;
}

/** Milliseconds for which a list of what is kept is good: it is asked for with each tile while a source is out of reach. */
const LIST_FOR = 2000;

/** Answers in memory, behind them those that wait to be written, behind them those on disk, within a budget. */
export class KeptDerivatives implements DerivativeCache {
  readonly #activity = new Activity();
  readonly #stored: BoundedStore;
  readonly #waiting: DeferredWrites;
  readonly #recent: RecentAnswers;
  #listed: { readonly of: string; readonly at: number; readonly list: Promise<readonly KeptKey[]> } | undefined;

  constructor({ store, ledger, budget, storage }: KeptDerivativesOptions) {
    const activity = this.#activity;
    this.#stored = new BoundedStore({ store, ledger, activity, budget: () => budgetBytes(budget, storage) });
    this.#waiting = new DeferredWrites(this.#stored);
    this.#recent = new RecentAnswers(this.#waiting);
  }

  /** Counts work as being under way: nothing is evicted until it has settled. */
  during<T>(work: Promise<T>): Promise<T> {
    return this.#activity.during(work);
  }

  async match(key: string, { identifier }: Shown): Promise<Response | undefined> {
    const answer = await this.#recent.match(key, identifier);
    this.#stored.note(key, identifier, answer !== undefined);
    return answer;
  }

  put(key: string, answer: KeptAnswer): Promise<void> {
    return this.#recent.put(key, answer);
  }

  /** Drops what is kept of an image, of private sources, or everything. Resolves when it is gone. */
  async drop(meant?: Meant): Promise<void> {
    this.#recent.forget(meant);
    this.#waiting.forget(meant);
    this.#listed = undefined;
    await (meant ? this.#stored.drop(meant) : this.#stored.clear());
  }

  /** Frees so many bytes for what counts more, as far as there are so many. Resolves to how many are free now. */
  giveWay(bytes: number): Promise<number> {
    return this.#stored.giveWay(bytes);
  }

  async alike({ identifier, page, version, rendering }: Shown): Promise<readonly KeptKey[]> {
    const all = [...this.#recent.list({ identifier, version }), ...(await this.#list(identifier, version))];
    return all.filter(({ shown }) => shown.plain && shown.page === page && shown.rendering === rendering);
  }

  /** What is kept of one image, or in all. */
  async figures(identifier?: string): Promise<CacheStats> {
    const tally = await this.#stored.tally(identifier);
    const asked = tally.hits + tally.misses;
    const { budget, eviction } = this.#stored;
    return { ...tally, hitRate: asked === 0 ? 0 : tally.hits / asked, budget, eviction };
  }

  #list(identifier: string, version: string): Promise<readonly KeptKey[]> {
    const of = JSON.stringify([identifier, version]);
    if (this.#listed?.of !== of || performance.now() - this.#listed.at > LIST_FOR) {
      const list = attempt(() => this.#stored.list({ identifier, version })).then((found) => found ?? []);
      this.#listed = { of, at: performance.now(), list };
    }
    return this.#listed.list;
  }
}
