import type { ShownPage, ShownWork } from './manifests.ts';
import { type Described, describedIn, type MetadataTable } from './metadata-csv.ts';
import { titleOf } from './names.ts';
import type { Work } from './scans.ts';
import type { PublishedScan } from './state.ts';

/** Joins what the table says, what the files say and what their names say, in this order. Works without images are left out. */
export function shownWorks(
  works: readonly Work[],
  published: Readonly<Record<string, PublishedScan>>,
  table: MetadataTable,
): readonly ShownWork[] {
  return works.flatMap((work): ShownWork[] => {
    const isBook = work.scans.length !== 1 || work.scans[0]?.name !== work.name;
    const pages: ShownPage[] = [];
    let own: Described = { metadata: [] };
    for (const scan of work.scans) {
      const found = published[scan.name];
      if (!found) continue;
      const described = joined(describedIn(table, scan.name), found.described);
      if (!isBook) own = described;
      for (const [index, { identifier, width, height }] of found.images.entries()) {
        const name = described.title ?? titleOf(scan.name.split('/').at(-1) ?? scan.name);
        const label = found.images.length > 1 ? `${name}, ${index + 1}` : name;
        pages.push({ identifier, width, height, label, metadata: isBook ? described.metadata : [] });
      }
    }
    if (isBook) own = joined(describedIn(table, work.name), { metadata: [] });
    return pages.length === 0 ? [] : [{ ...own, slug: work.slug, title: own.title ?? work.title, pages }];
  });
}

/** A person's words go before a file's; pairs of the file that the person didn't name are added. */
function joined(written: Described | undefined, embedded: Described): Described {
  if (!written) return embedded;
  const labels = new Set(written.metadata.map(([label]) => label.toLowerCase()));
  return {
    title: written.title ?? embedded.title,
    summary: written.summary ?? embedded.summary,
    rights: written.rights ?? embedded.rights,
    attribution: written.attribution ?? embedded.attribution,
    metadata: [...written.metadata, ...embedded.metadata.filter(([label]) => !labels.has(label.toLowerCase()))],
  };
}
