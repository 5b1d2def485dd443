import type { Alarm, AlarmBook, AlarmOptions } from './alarm-book.ts';
import { alarmMessage } from './alarm-message.ts';

/** Alarms of one message: Slack takes 50 blocks. */
export const BATCH = 20;
/** Delivered alarms that are remembered. */
const SENT_REMEMBERED = 50;
/** Milliseconds. */
const DELIVER_WITHIN = 10_000;
/** Milliseconds between the attempts: doubled after each one that failed. */
export const FIRST_RETRY = 2000;
export const LAST_RETRY = 300_000;
/** Milliseconds that a receiver may ask for. */
const LONGEST_PAUSE = 3_600_000;

/** What an attempt came to; a problem is told without addresses. */
export type Delivery =
  | { readonly kind: 'delivered' }
  /** The receiver said that it didn't take it. */
  | { readonly kind: 'refused'; readonly problem: string; readonly retryAfter: number }
  /** It may have arrived. */
  | { readonly kind: 'unanswered'; readonly problem: string };

/**
 * What is to be sent now: what waits, but for what was told within the window, `window` in seconds. Several alarms about
 * the same, raised while none could be sent, go in one message.
 */
export function dueOf({ waiting, told, due }: AlarmBook, window: number, now: number): readonly Alarm[] {
  // A clock that was set back must not keep them for years.
  if (now < due && due - now <= LONGEST_PAUSE) return [];
  return waiting.filter(({ about }) => !isRecent(told[about], window, now)).slice(0, BATCH);
}

/**
 * Notes an attempt before it is made, as if its message had been taken: where it is cut off, for the worker was ended,
 * nobody knows, and it isn't sent again before the window is over.
 */
export function begun(book: AlarmBook, batch: readonly Alarm[], window: number, now: number): AlarmBook {
  const pause = Math.max(DELIVER_WITHIN, Math.min(LAST_RETRY, FIRST_RETRY * 2 ** book.attempts));
  const told = new Map(Object.entries(book.told).filter(([, time]) => isRecent(time, window, now)));
  for (const { about } of batch) told.set(about, now);
  return { ...book, told: Object.fromEntries(told), attempts: book.attempts + 1, due: now + pause };
}

/** Notes what the attempt came to. */
export function ended(book: AlarmBook, batch: readonly Alarm[], delivery: Delivery, now: number): AlarmBook {
  if (delivery.kind === 'delivered') {
    const ids = new Set(batch.map(({ id }) => id));
    const sent = [...book.sent, ...batch.map((alarm) => ({ ...alarm, delivered: now }))].slice(-SENT_REMEMBERED);
    const waiting = book.waiting.filter(({ id }) => !ids.has(id));
    return { ...book, waiting, sent, attempts: 0, due: 0, problem: undefined };
  }
  const pause = Math.min(LAST_RETRY, FIRST_RETRY * 2 ** (book.attempts - 1));
  const { problem } = delivery;
  if (delivery.kind === 'unanswered') return { ...book, due: now + pause, problem };
  const refused = new Set(batch.map(({ about }) => about));
  const told = Object.entries(book.told).filter(([about]) => !refused.has(about));
  const asked = Math.min(LONGEST_PAUSE, delivery.retryAfter * 1000);
  return { ...book, told: Object.fromEntries(told), due: now + Math.max(pause, asked), problem };
}

/** Whether it was told within the window; what lies in the future was told by a clock that was wrong. */
function isRecent(told: number | undefined, window: number, now: number): boolean {
  return told !== undefined && told <= now && now - told < window * 1000;
}

/** Posts a message. Never rejects. */
export async function deliver(batch: readonly Alarm[], site: string, options: AlarmOptions): Promise<Delivery> {
  const { webhook, mode = 'cors' } = options;
  try {
    const response = await fetch(webhook, {
      method: 'POST',
      mode,
      body: JSON.stringify(alarmMessage(batch, site)),
      // Any other type asks the receiver first (CORS preflight), which Slack doesn't allow. It reads JSON all the same.
      headers: { 'Content-Type': 'text/plain;charset=UTF-8' },
      credentials: 'omit',
      cache: 'no-store',
      referrerPolicy: 'no-referrer',
      // It arrives even if the worker is ended meanwhile.
      keepalive: true,
      signal: AbortSignal.timeout(DELIVER_WITHIN),
    });
    await response.body?.cancel();
    if (response.ok || response.type === 'opaque') return { kind: 'delivered' };
    const retryAfter = Number(response.headers.get('Retry-After') ?? 0);
    return { kind: 'refused', problem: `The webhook answered ${response.status}.`, retryAfter: retryAfter || 0 };
  } catch {
    return {
      kind: 'unanswered',
      problem: 'The webhook could not be reached, or does not let this page read its answer.',
    };
  }
}
