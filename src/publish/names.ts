/** Longer names are cut: file systems and hosts allow 255 bytes, and some letters take four. */
const MAX_SLUG = 60;

/**
 * A name that is a file's, a part of an address and an IIIF identifier alike: letters and digits of any script, hyphens,
 * underscores, points. Semicolons, which would name a page, spaces and all the rest become hyphens.
 */
export function slugOf(name: string): string {
  const slug = name
    .normalize('NFC')
    .replace(/[^\p{L}\p{M}\p{N}_.-]+/gu, '-')
    .replace(/^[-.]+|[-.]+$/g, '');
  return [...slug].slice(0, MAX_SLUG).join('') || 'unnamed';
}

/** What a person calls the thing: `0012_old-map.tif` is "0012 old map". */
export function titleOf(name: string): string {
  return withoutExtension(name).normalize('NFC').replaceAll(/[-_]+/g, ' ').trim() || name;
}

export function withoutExtension(name: string): string {
  return name.replace(/(?<=[^/])\.\w{2,5}$/, '');
}

/**
 * A name for each, no two of them equal, on file systems that don't tell capitals apart either. What had a name before
 * keeps it, so that addresses stay when something is added beside it.
 */
export function namesFor(
  things: readonly { readonly wanted: string; readonly before: string | undefined }[],
): string[] {
  const taken = new Set<string>();
  const kept = things.map(({ before }) => {
    const isFree = before !== undefined && !taken.has(before.toLowerCase());
    if (isFree) taken.add(before.toLowerCase());
    return isFree ? before : undefined;
  });
  const unique = uniqueNames(taken);
  return things.map(({ wanted }, index) => kept[index] ?? unique(wanted));
}

/** Hands out names of which no two are equal, nor equal to those that are taken, in small letters. */
export function uniqueNames(taken: Set<string> = new Set()): (wanted: string) => string {
  return (wanted) => {
    let name = wanted;
    for (let number = 2; taken.has(name.toLowerCase()); number++) name = `${wanted}-${number}`;
    taken.add(name.toLowerCase());
    return name;
  };
}
