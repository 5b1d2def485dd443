import type { ByteRange } from './source.ts';

/**
 * Bytes between two ranges that are read along with them. Tiles of one row touch each other in the files of libvips,
 * have 8 bytes between them in those of GDAL, and up to 330 where GDAL puts each tile's mask behind it. What is longer
 * may be a tile that nobody asked for, and all of those together must stay below a twentieth of what is read.
 */
export const MERGE_GAP = 512;
/**
 * Bytes of a request for several ranges. A longer one would save few requests, and the ends of a view would come one
 * after the other instead of side by side.
 */
export const MERGED_LENGTH = 512 * 1024;

interface Group<Read> {
  readonly start: number;
  end: number;
  readonly reads: Read[];
}

/**
 * Puts reads together that one request should bring, each group in the order of the object's bytes. Groups come in the
 * order in which their first read was asked for. A range longer than MERGED_LENGTH stays alone.
 */
export function mergeRanges<Read extends { readonly range: ByteRange }>(asked: readonly Read[]): Read[][] {
  const groups = new Map<Read, Group<Read>>();
  let group: Group<Read> | undefined;
  for (const read of asked.toSorted((a, b) => a.range.offset - b.range.offset)) {
    const { offset, length } = read.range;
    const end = Math.max(offset + length, group?.end ?? 0);
    if (!group || offset - group.end > MERGE_GAP || end - group.start > MERGED_LENGTH) {
      group = { start: offset, end: offset + length, reads: [] };
    }
    group.reads.push(read);
    group.end = end;
    groups.set(read, group);
  }
  return [...new Set(asked.map((read) => groups.get(read)?.reads ?? []))];
}

/** The shortest range that holds all of `ranges`, of which there is at least one. */
export function spanOf(ranges: readonly ByteRange[]): ByteRange {
  const offset = Math.min(...ranges.map((range) => range.offset));
  const end = Math.max(...ranges.map((range) => range.offset + range.length));
  return { offset, length: end - offset };
}
