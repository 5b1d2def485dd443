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

/** Hands out names of which no two are equal, on file systems that don't tell capitals apart either. */
export function uniqueNames(): (wanted: string) => string {
  const taken = new Set<string>();
  return (wanted) => {
    let name = wanted;
    for (let number = 2; taken.has(name.toLowerCase()); number++) name = `${wanted}-${number}`;
    taken.add(name.toLowerCase());
    return name;
  };
}
