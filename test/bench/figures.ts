/** One row of the table, in words and numbers as they are printed. */
export interface Figure {
  readonly name: string;
  readonly potto: string;
  readonly peer: string;
  readonly ratio: string;
  readonly target: string;
  readonly verdict: 'met' | 'not met' | '';
}

export type Unit = 'ms' | 'KB' | 'MB' | 'dB' | '%' | '';

/** What a figure is held to. */
export type Target = { readonly atMost: number } | { readonly atLeast: number } | { readonly within: number };

export interface Comparison {
  readonly name: string;
  readonly potto: number;
  readonly peer: number;
  /** Who the peer is. */
  readonly against: string;
  readonly unit: Unit;
  /** Of Potto's value to the peer's. */
  readonly target?: Target;
}

/** A figure that is told as the ratio of two values of the same run. */
export function compared({ name, potto, peer, against, unit, target }: Comparison): Figure {
  const ratio = potto / peer;
  return {
    name,
    potto: amount(potto, unit),
    peer: `${amount(peer, unit)} (${against})`,
    ratio: ratio.toFixed(ratio < 0.1 ? 3 : 2),
    ...judged(ratio, target),
  };
}

/** A figure that stands for itself; without a target it is printed only. */
export function single(name: string, value: number, unit: Unit, target?: Target): Figure {
  return { name, potto: amount(value, unit), peer: '', ratio: '', ...judged(value, target, unit) };
}

/** A figure that could not be taken here. */
export function skipped(name: string, reason: string): Figure {
  return { name, potto: '', peer: reason, ratio: '', target: '', verdict: '' };
}

/** Figures that an error has left without values. */
export function failed(name: string, error: unknown): Figure {
  const reason = (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
  return { ...skipped(name, reason.replaceAll('|', '/')), verdict: 'not met' };
}

function judged(value: number, target: Target | undefined, unit: Unit = ''): Pick<Figure, 'target' | 'verdict'> {
  if (target === undefined) return { target: '', verdict: '' };
  const verdict = (met: boolean) => (met ? 'met' : 'not met');
  if ('atMost' in target) {
    return { target: `≤ ${limit(target.atMost, unit)}`, verdict: verdict(value <= target.atMost) };
  }
  if ('atLeast' in target) {
    return { target: `≥ ${limit(target.atLeast, unit)}`, verdict: verdict(value >= target.atLeast) };
  }
  return { target: `± ${limit(target.within, unit)}`, verdict: verdict(Math.abs(value) <= target.within) };
}

/** As it was set. */
function limit(value: number, unit: Unit): string {
  return unit === '' ? `${value}` : `${value} ${unit}`;
}

function amount(value: number, unit: Unit): string {
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '–';
  const digits = Number.isInteger(value) ? 0 : value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return unit === '' ? value.toFixed(digits) : `${value.toFixed(digits)} ${unit}`;
}

const HEADINGS: Figure & { readonly verdict: string } = {
  name: 'figure',
  potto: 'Potto',
  peer: 'peer',
  ratio: 'ratio',
  target: 'target',
  verdict: '',
};
const COLUMNS = ['name', 'potto', 'peer', 'ratio', 'target', 'verdict'] as const;

/** A Markdown table whose columns stand under each other in a terminal, too. */
export function table(figures: readonly Figure[]): string {
  const rows = [HEADINGS, ...figures];
  const widths = COLUMNS.map((column) => Math.max(3, ...rows.map((row) => row[column].length)));
  const lines = rows.map((row) => `| ${COLUMNS.map((name, i) => row[name].padEnd(widths[i] ?? 0)).join(' | ')} |`);
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [lines[0], rule, ...lines.slice(1)].join('\n');
}
