import type { ByteRange } from '../../source/source.ts';

/**
 * Bytes between two ranges that are read along with them, always: packets of one row of precincts lie together, but for
 * some that are there already.
 */
const LEAST_GAP = 16 * 1024;

/**
 * Ranges of one reading, beyond which more of what lies between them is read along, the shortest gaps first, as long as
 * it isn't more than `MOST_BYTES` in all. Rows of precincts lie some ten to hundred kilobytes apart: a cold region of
 * 512² in 77 megapixels takes 21 to 31 ranges without, and 14 with 0.5 to 1.2 instead of 0.2 to 0.6 MB. While panning
 * few precincts are missing, in fewer ranges than that.
 */
const MOST_RANGES = 14;
const MOST_BYTES = 1408 * 1024;
/** What lies between the tiles of a tiled file isn't read along, of which an offline copy may hold none. */
const MOST_GAP = 128 * 1024;

/** Longest read, so that long ones go side by side. */
export const MAX_READ = 2 ** 20;

interface Span {
  readonly offset: number;
  end: number;
}

/** Few ranges that hold all of those given, in the order of their offsets; none is longer than `MAX_READ`. */
export function joinedRanges(ranges: readonly ByteRange[]): ByteRange[] {
  const spans = ranges.map(({ offset, length }) => ({ offset, end: offset + length }));
  const near = nearJoined(spans.sort((a, b) => a.offset - b.offset));
  const closed = gapsToClose(near);
  const joined: Span[] = [];
  for (const [index, span] of near.entries()) {
    const last = joined.at(-1);
    if (last && closed.has(index)) last.end = span.end;
    else joined.push(span);
  }
  return joined.flatMap(({ offset, end }) => {
    const count = Math.ceil((end - offset) / MAX_READ);
    return Array.from({ length: count }, (_, index) => {
      const start = offset + index * MAX_READ;
      return { offset: start, length: Math.min(MAX_READ, end - start) };
    });
  });
}

function nearJoined(spans: readonly Span[]): readonly Span[] {
  const joined: Span[] = [];
  for (const { offset, end } of spans) {
    const last = joined.at(-1);
    if (last && offset - last.end <= LEAST_GAP) last.end = Math.max(last.end, end);
    else joined.push({ offset, end });
  }
  return joined;
}

/** The shortest of the gaps, each by the number of the span behind it. */
function gapsToClose(spans: readonly Span[]): ReadonlySet<number> {
  const closed = new Set<number>();
  let left = MOST_BYTES - spans.reduce((sum, { offset, end }) => sum + end - offset, 0);
  const gaps = spans
    .slice(1)
    .map(({ offset }, index) => ({ behind: index + 1, length: offset - (spans[index]?.end ?? 0) }));
  gaps.sort((a, b) => a.length - b.length);
  for (const { behind, length } of gaps.slice(0, Math.max(0, spans.length - MOST_RANGES))) {
    left -= length;
    if (left < 0 || length > MOST_GAP) break;
    closed.add(behind);
  }
  return closed;
}
