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

/** What an attempt came to; a problem is told without addresses. */
export type Delivery =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'failed'; readonly problem: string; readonly retryAfter: number };

/** Whether an attempt is due. */
export function isDue({ waiting, due }: AlarmBook, now: number): boolean {
  return waiting.length > 0 && now >= due;
}

/**
 * Notes an attempt before it is made: where it is cut off, for the worker was ended, or made by two workers at a time,
 * the next one comes only after a while.
 */
export function begun(book: AlarmBook, now: number): AlarmBook {
  const pause = Math.max(DELIVER_WITHIN, Math.min(LAST_RETRY, FIRST_RETRY * 2 ** book.attempts));
  return { ...book, attempts: book.attempts + 1, due: now + pause };
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
  return { ...book, due: now + Math.max(pause, delivery.retryAfter * 1000), problem: delivery.problem };
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
    return { ...FAILED, problem: `The webhook answered ${response.status}.`, retryAfter: retryAfter || 0 };
  } catch {
    return { ...FAILED, problem: 'The webhook could not be reached, or does not let this page read its answer.' };
  }
}

const FAILED = { kind: 'failed', problem: '', retryAfter: 0 } as const;
