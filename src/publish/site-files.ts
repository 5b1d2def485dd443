import { copyFile, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isWorkerFile } from '../host/built-files.ts';
import { LICENCES_FILE } from '../licences/licences-file.ts';
import { collectionOf, manifestOf, manifestPath, type ShownWork } from './manifests.ts';
import { SITE_PLACEHOLDER } from './placeholder.ts';
import { replaceFile, type SiteState } from './state.ts';

export interface SiteOptions {
  readonly site: string;
  readonly title: string;
  readonly base?: string | undefined;
  readonly built: string;
  readonly works: readonly ShownWork[];
  readonly before: SiteState;
}

/** Pages of the site, in the built project. */
const PAGES = 'site';
const CATALOGUE = 'catalogue.json';

/**
 * Writes everything beside the images: the pages, the worker, the manifests, the collection, and the catalogue that the
 * pages read. What was written for works and versions before, and isn't any more, is removed.
 */
export async function writeSite(options: SiteOptions): Promise<Pick<SiteState, 'files' | 'worker'>> {
  const { site, title, built, works, before, base = SITE_PLACEHOLDER } = options;
  const pages = await pagesIn(join(built, PAGES));
  const workerFiles = (await readdir(built)).filter((name) => isWorkerFile(name) || name === LICENCES_FILE);
  const documents = new Map<string, unknown>([
    ['collection.json', collectionOf(title, works, base)],
    [CATALOGUE, catalogueOf(title, works)],
    ...works.map((work): [string, unknown] => [decodeURIComponent(manifestPath(work.slug)), manifestOf(work, base)]),
  ]);
  const files = [...pages, ...workerFiles, ...documents.keys()];
  for (const folder of new Set(files.map((name) => dirname(join(site, name)))))
    await mkdir(folder, { recursive: true });
  for (const name of pages) await copyFile(join(built, PAGES, name), join(site, name));
  for (const name of workerFiles) await copyFile(join(built, name), join(site, name));
  for (const [name, content] of documents) await replaceFile(join(site, name), `${JSON.stringify(content)}\n`);
  for (const name of before.files.filter((old) => !files.includes(old))) await rm(join(site, name), { force: true });
  return { files, worker: await writeWorker(options, pages) };
}

/** Leaves a worker alone that someone has changed. */
async function writeWorker({ site, before }: SiteOptions, pages: readonly string[]): Promise<string> {
  const path = join(site, 'sw.js');
  const present = await readFile(path, 'utf8').catch(() => undefined);
  if (present !== undefined && present !== before.worker) return before.worker;
  const kept = ['./', CATALOGUE, ...pages.filter((name) => name !== 'site-worker.js')];
  const worker = `importScripts('site-worker.js', 'potto-sw.js');
keepSite(${JSON.stringify(kept)});
potto.serve({ sources: 'images/{id}' });
`;
  await replaceFile(path, worker);
  return worker;
}

/** What the start page shows and searches in. */
function catalogueOf(title: string, works: readonly ShownWork[]) {
  return {
    title,
    works: works.map(({ slug, title, summary, attribution, metadata, pages }) => ({
      slug,
      title,
      image: pages[0]?.identifier,
      width: pages[0]?.width,
      height: pages[0]?.height,
      pages: pages.length,
      words: [summary, attribution, ...metadata.map(([, value]) => value)].filter(Boolean).join(' '),
    })),
  };
}

async function pagesIn(folder: string): Promise<readonly string[]> {
  const found = await readdir(folder, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
    throw new Error(`The pages of the site are missing in ${folder}: build the project first.`, { cause });
  });
  return found
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) =>
      join(parentPath, name)
        .slice(folder.length + 1)
        .replaceAll('\\', '/'),
    );
}
