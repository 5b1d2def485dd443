import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { namesFor, slugOf, titleOf, withoutExtension } from './names.ts';

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

/** What the site was made of before: things that are still there keep their addresses. */
export interface KnownNames {
  /** Slugs of scans, by name. */
  readonly scans: Readonly<Record<string, { readonly slug: string }>>;
  /** Slugs of works, by name. */
  readonly works: Readonly<Record<string, string>>;
}

const EXTENSIONS: ReadonlySet<string> = new Set(
  'tif tiff btf jpg jpeg jpe jfif png webp avif jp2 jpx jpf jph j2k j2c jpc'
    .split(' ')
    .map((extension) => `.${extension}`),
);
/** Folders within folders: more is a link that leads back. */
const MAX_DEPTH = 16;

const inOrder = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** A folder below that of the scans, '' for itself, and the images in it. */
interface Folder {
  readonly name: string;
  readonly files: readonly Pick<Scan, 'path' | 'name' | 'size' | 'modified'>[];
}

/**
 * Finds the works in a folder: each image in it, and each folder below it that holds images. Hidden files are passed over.
 * `others`: names of files that are no images.
 */
export async function findWorks(
  folder: string,
  known: KnownNames = { scans: {}, works: {} },
): Promise<{ readonly works: readonly Work[]; readonly others: readonly string[] }> {
  const others: string[] = [];
  const folders = await foldersIn(folder, '', others, 0);
  const folderSlugs = namesFor(
    folders.map(({ name, files }) => ({ wanted: slugOfFolder(name), before: folderBefore(files, known) })),
  );
  const works = folders.flatMap(({ name, files }, index): Work[] => {
    const scans = scansOf(files, name === '' ? '' : `${folderSlugs[index]}/`, known);
    if (name !== '') return [{ slug: slugOfFolder(name), title: titleOf(lastOf(name)), name, scans }];
    return scans.map((scan) => ({ slug: scan.slug, title: titleOf(scan.name), name: scan.name, scans: [scan] }));
  });
  const slugs = namesFor(works.map(({ slug, name }) => ({ wanted: slug, before: known.works[name] })));
  return { works: works.map((work, index) => ({ ...work, slug: slugs[index] ?? work.slug })), others };
}

/** The folders that hold images, in order. */
async function foldersIn(root: string, below: string, others: string[], depth: number): Promise<readonly Folder[]> {
  const entries = (await readdir(join(root, below)))
    .filter((name) => !name.startsWith('.'))
    .sort((a, b) => inOrder.compare(a, b) || (a < b ? -1 : 1));
  const files: Folder['files'][number][] = [];
  const inner: string[] = [];
  for (const entry of entries) {
    const name = below === '' ? entry : `${below}/${entry}`;
    const path = join(root, name);
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory()) inner.push(name);
    else if (found?.isFile() && EXTENSIONS.has(extname(name).toLowerCase()))
      files.push({ path, name, size: found.size, modified: Math.round(found.mtimeMs) });
    else others.push(name);
  }
  if (depth === MAX_DEPTH && inner.length > 0) throw new Error(`${join(root, below)} holds folders ${MAX_DEPTH} deep.`);
  const folders: Folder[] = files.length > 0 ? [{ name: below, files }] : [];
  for (const name of inner) folders.push(...(await foldersIn(root, name, others, depth + 1)));
  return folders;
}

function scansOf(files: Folder['files'], prefix: string, known: KnownNames): readonly Scan[] {
  const stems = files.map(({ name }) => slugOf(withoutExtension(lastOf(name))));
  const slugs = namesFor(
    files.map(({ name }, index) => {
      const before = known.scans[name]?.slug;
      const isHere = before?.startsWith(prefix) && !before.slice(prefix.length).includes('/');
      const stem = stems[index] ?? '';
      const [, whole = ''] = /^(.+)-p\d+$/.exec(stem) ?? [];
      return {
        // The pages of one file get such names.
        wanted: stems.includes(whole) ? `${stem}_` : stem,
        before: isHere ? before?.slice(prefix.length) : undefined,
      };
    }),
  );
  return files.map((file, index) => ({ ...file, slug: `${prefix}${slugs[index]}` }));
}

/** What the folder of published images was called. */
function folderBefore(files: Folder['files'], known: KnownNames): string | undefined {
  const slug = files.map(({ name }) => known.scans[name]?.slug).find((each) => each !== undefined);
  return slug?.includes('/') ? slug.slice(0, slug.lastIndexOf('/')) : undefined;
}

const slugOfFolder = (name: string) => name.split('/').filter(Boolean).map(slugOf).join('-');
const lastOf = (name: string) => name.slice(name.lastIndexOf('/') + 1);
