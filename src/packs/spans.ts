import type { Span } from './records.ts';

/** The same blocks in order, none of them twice, neighbouring spans joined. */
export function joined(spans: readonly Span[]): readonly Span[] {
  const all: { first: number; end: number }[] = [];
  for (const { first, end } of spans.toSorted((a, b) => a.first - b.first)) {
    const last = all.at(-1);
    if (end <= first) continue;
    if (last && first <= last.end) last.end = Math.max(last.end, end);
    else all.push({ first, end });
  }
  return all;
}

/** The blocks of `spans`, which are in order, for which `keep` holds. */
export function filtered(spans: readonly Span[], keep: (index: number) => boolean): readonly Span[] {
  const all: { first: number; end: number }[] = [];
  for (const index of indicesOf(spans)) {
    if (!keep(index)) continue;
    const last = all.at(-1);
    if (last?.end === index) last.end += 1;
    else all.push({ first: index, end: index + 1 });
  }
  return all;
}

export function includes(spans: readonly Span[], index: number): boolean {
  return spans.some(({ first, end }) => first <= index && index < end);
}

/** Each block of the spans. */
export function* indicesOf(spans: readonly Span[]): Generator<number> {
  for (const { first, end } of spans) for (let index = first; index < end; index++) yield index;
}
