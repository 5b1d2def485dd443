/** Where alarms go, and when. */
export interface AlarmOptions {
  /** Takes `POST`s of `{ text, blocks }`, as Slack's incoming webhooks and those made like them do. */
  readonly webhook: string;
  /** Answers of status 500 and above, of one route within the window, that are an alarm. */
  readonly threshold?: number;
  /** Seconds, 10 to 600. Of each alarm no more than one message is sent in a window, whatever becomes of it. */
  readonly window?: number;
  /** Reads in a row that failed, after which a source counts as down. */
  readonly failures?: number;
  /** What the messages call this site; its host by default. */
  readonly site?: string;
  /**
   * `no-cors` for a receiver that doesn't let pages read its answers: what was sent then counts as delivered, whatever it
   * was answered. `cors` by default, which Slack allows.
   */
  readonly mode?: 'cors' | 'no-cors';
}

export const DEFAULT_THRESHOLD = 10;
export const DEFAULT_WINDOW = 300;
export const DEFAULT_FAILURES = 3;

/** One alarm, raised. */
export interface Alarm {
  /** What it is about, and when it was raised: two messages about the same have different ones. */
  readonly id: string;
  /** What it is about. */
  readonly about: string;
  /** Answers of one route fail; a source is down; it is back; nothing works at all. */
  readonly kind: 'errors' | 'down' | 'back' | 'outage';
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly raised: number;
}

/** What is remembered of alarms. */
export interface AlarmBook {
  /** When each was last raised, by what it is about; milliseconds since 1970. */
  readonly raised: Readonly<Record<string, number>>;
  /** Sources that were told to be down. */
  readonly down: readonly string[];
  /**
   * When a message about it last was taken, or may have been: nobody knows of one without an answer. By what it is about;
   * milliseconds since 1970.
   */
  readonly told: Readonly<Record<string, number>>;
  /** Not known to be delivered, the oldest first. */
  readonly waiting: readonly Alarm[];
  /** Delivered, the newest last. */
  readonly sent: readonly (Alarm & { readonly delivered: number })[];
  /** Attempts in a row that failed, and when the next one is due, in milliseconds since 1970. */
  readonly attempts: number;
  readonly due: number;
  /** What the last attempt failed by, in words without addresses. */
  readonly problem: string | undefined;
  /** Alarms that found no more room to wait. */
  readonly dropped: number;
}

export const NO_ALARMS: AlarmBook = {
  raised: {},
  told: {},
  down: [],
  waiting: [],
  sent: [],
  attempts: 0,
  due: 0,
  problem: undefined,
  dropped: 0,
};

/** @throws {TypeError} in words, when the options can't work. */
export function checkAlarms({ webhook, threshold = 1, window = DEFAULT_WINDOW, failures = 1 }: AlarmOptions): void {
  // The address is a secret, as a rule: it isn't repeated.
  if (!URL.canParse(webhook) || !/^https?:/.test(webhook)) {
    throw new TypeError('alarms.webhook is no absolute http or https URL.');
  }
  for (const [name, value] of Object.entries({ threshold, failures })) {
    if (!(Number.isInteger(value) && value > 0)) {
      throw new TypeError(`alarms.${name} is ${value}; it must be a whole number above 0.`);
    }
  }
  if (!(window >= 10 && window <= 600)) {
    throw new TypeError(`alarms.window is ${window}; it must be 10 to 600 seconds.`);
  }
}
