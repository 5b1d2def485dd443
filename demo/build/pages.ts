import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

/** A page's path in the project, where it stands one folder too deep for a site. */
const IN_PROJECT = /^demo\/([\w-]+)\/index\.html$/;

/** Every page of the site: the start page, and `demo/{name}/index.html`. `root`: of the project. */
export function pagesOf(root: string): readonly string[] {
  const below = readdirSync(join(root, 'demo'), { recursive: true, encoding: 'utf8' })
    .map((path) => `demo/${path.replaceAll('\\', '/')}`)
    .filter((path) => IN_PROJECT.test(path));
  return ['index.html', ...below].map((path) => join(root, path));
}

/** Puts `demo/{name}/index.html` at `{name}/index.html` of the site, and leads its relative addresses there. */
export function pagesAtTheirPlace(): Plugin {
  return {
    name: 'pages-at-their-place',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        for (const [path, page] of Object.entries(bundle)) {
          const [, name] = IN_PROJECT.exec(path) ?? [];
          if (name === undefined || page.type !== 'asset') continue;
          delete bundle[path];
          const source = page.source.toString().replaceAll('"../../', '"../');
          this.emitFile({ type: 'asset', fileName: `${name}/index.html`, source });
        }
      },
    },
  };
}
