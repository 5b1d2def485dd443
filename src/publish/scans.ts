import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { slugOf, titleOf, uniqueNames, withoutExtension } from './names.ts';

/** One file with an image in it. */
export interface Scan {
  readonly path: string;
  /** Path within the folder of scans, with slashes. */
  readonly name: string;
  /** What its published files are called, without their extension; a folder's images stand in a folder. */
  readonly slug: string;
  readonly size: number;
  /** Time of the last change, milliseconds since 1970. */
  readonly modified: number;
}

/** What visitors look for: a single image, or the images of a subfolder as a book. */
export interface Work {
  readonly slug: string;
  readonly title: string;
  /** Name within the folder of scans: of the file, or of the subfolder. */
  readonly name: string;
  /** In the order of their names, in which 2 comes before 10. */
  readonly scans: readonly Scan[];
}

const EXTENSIONS: ReadonlySet<string> = new Set(
  'tif tiff btf jpg jpeg png webp avif jp2 jpx jpf j2k j2c jpc'.split(' ').map((extension) => `.${extension}`),
);
/** Folders within folders: more is a link that leads back. */
const MAX_DEPTH = 16;

const inOrder = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/**
 * Finds the works in a folder: each image in it, and each folder below it that holds images. Hidden files are passed over.
 * `others`: names of files that are no images.
 */
export async function findWorks(
  folder: string,
): Promise<{ readonly works: readonly Work[]; readonly others: readonly string[] }> {
  const works: Work[] = [];
  const others: string[] = [];
  const workSlug = uniqueNames();

  async function visit(below: string, depth: number): Promise<void> {
    const entries = (await readdir(join(folder, below), { withFileTypes: true }))
      .filter(({ name }) => !name.startsWith('.'))
      .sort((a, b) => inOrder.compare(a.name, b.name) || (a.name < b.name ? -1 : 1));
    const slug = below.split('/').filter(Boolean).map(slugOf).join('-');
    const uniqueSlug = uniqueNames();
    const scans: Scan[] = [];
    const folders: string[] = [];
    for (const entry of entries) {
      const name = below === '' ? entry.name : `${below}/${entry.name}`;
      const path = join(folder, name);
      const found = await stat(path).catch(() => undefined);
      if (found?.isDirectory()) folders.push(name);
      else if (found?.isFile() && EXTENSIONS.has(extname(name).toLowerCase())) {
        const own = uniqueSlug(slugOf(withoutExtension(entry.name)));
        const { size, mtimeMs } = found;
        scans.push({ path, name, slug: slug === '' ? own : `${slug}/${own}`, size, modified: Math.round(mtimeMs) });
      } else others.push(name);
    }
    if (below === '') {
      for (const scan of scans)
        works.push({ slug: workSlug(scan.slug), title: titleOf(scan.name), name: scan.name, scans: [scan] });
    } else if (scans.length > 0) {
      works.push({ slug: workSlug(slug), title: titleOf(below.split('/').at(-1) ?? below), name: below, scans });
    }
    if (depth === MAX_DEPTH && folders.length > 0)
      throw new Error(`${join(folder, below)} holds folders ${MAX_DEPTH} deep.`);
    for (const name of folders) await visit(name, depth + 1);
  }

  await visit('', 0);
  return { works, others };
}
