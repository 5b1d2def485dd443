import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Plugin } from 'vite';
import { withDocsFrame } from './docs-frame.ts';
import { withNavigation } from './navigation.ts';
import { withShownFiles } from './shown-files.ts';
import { withZoomButtons } from './zoom-buttons.ts';

/** A page's path in the project, where it stands one folder too deep for a site. */
const IN_PROJECT = /^demo\/([\w-]+(?:\/[\w-]+)*)\/index\.html$/;

/** Every page of the site: the start page, `demo/{name}/index.html` and those in deeper folders. `root`: of the project. */
export function pagesOf(root: string): readonly string[] {
  const below = readdirSync(join(root, 'demo'), { recursive: true, encoding: 'utf8' })
    .map((path) => `demo/${path.replaceAll('\\', '/')}`)
    .filter((path) => IN_PROJECT.test(path));
  return ['index.html', ...below].map((path) => join(root, path));
}

/** Folder of a page on the site; '' for the start page. `path`: in the project. */
const folderOf = (path: string) => IN_PROJECT.exec(path.replaceAll('\\', '/'))?.[1] ?? '';

/** Puts `demo/{name}/index.html` at `{name}/index.html` of the site, and leads its relative addresses there; puts into each what all have. */
export function pagesAtTheirPlace(): Plugin {
  let root = '';
  return {
    name: 'pages-at-their-place',
    enforce: 'post',
    configResolved(config) {
      root = config.root;
    },
    transformIndexHtml: {
      order: 'pre',
      handler(html, { filename }) {
        const folders = pagesOf(root).map((path) => folderOf(relative(root, path)));
        const here = folderOf(relative(root, filename));
        return withZoomButtons(withNavigation(framed(html, here, folders, root), here, folders));
      },
    },
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        for (const [path, page] of Object.entries(bundle)) {
          const [, name] = IN_PROJECT.exec(path) ?? [];
          if (name === undefined || page.type !== 'asset') continue;
          delete bundle[path];
          const up = '../'.repeat(name.split('/').length);
          const source = page.source.toString().replaceAll(`"../${up}`, `"${up}`);
          this.emitFile({ type: 'asset', fileName: `${name}/index.html`, source });
        }
      },
    },
  };
}

/** A page with what all pages of its kind have, and the files that it shows. */
function framed(html: string, here: string, folders: readonly string[], root: string): string {
  return withDocsFrame(withShownFiles(html, '../'.repeat(here.split('/').length), root), here, folders);
}
