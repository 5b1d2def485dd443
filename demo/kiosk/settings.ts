/** What the address of the kiosk says. */
export interface Settings {
  /** Seconds without a touch after which the kiosk returns to its start; 0: never. */
  readonly idle: number;
  /** Identifiers of the works that are chosen; none: all. */
  readonly works: readonly string[];
  /** Above the works, in place of what the page says. */
  readonly title: string | undefined;
}

const IDLE = 90;
/** A day: more is a slip of the finger, and timers of browsers end at 24 days. */
const LONGEST_IDLE = 86_400;

/** Reads `?idle=SECONDS&works=ID,ID&title=TEXT`; what can't be understood counts as not said. `search`: with the `?`. */
export function readSettings(search: string): Settings {
  const asked = new URLSearchParams(search);
  const idle = Number(asked.get('idle') || Number.NaN);
  return {
    idle: idle >= 0 && idle <= LONGEST_IDLE ? idle : IDLE,
    works: asked
      .getAll('works')
      .flatMap((ids) => ids.split(','))
      .map((id) => id.trim())
      .filter((id) => id !== ''),
    title: asked.get('title')?.trim() || undefined,
  };
}
