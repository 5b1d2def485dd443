import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { withApi } from '../../demo/build/api-reference.ts';
import { withDocsFrame } from '../../demo/build/docs-frame.ts';
import { withNavigation } from '../../demo/build/navigation.ts';
import { documentedOptions, withOptions } from '../../demo/build/options-reference.ts';
import { pagesOf } from '../../demo/build/pages.ts';
import { withShownFiles } from '../../demo/build/shown-files.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const source = (path: string) => readFileSync(join(root, path), 'utf8');

/** Folders of the site's pages; '' is the start page. */
const FOLDERS = pagesOf(root)
  .map((path) => relative(join(root, 'demo'), path).replace(/\/?index\.html$/, ''))
  .map((path) => (path === '..' ? '' : path));
const DOCS = FOLDERS.filter((folder) => folder === 'docs' || folder.startsWith('docs/'));

/** A page as the build writes it. */
function built(folder: string): string {
  const html = source(folder === '' ? 'index.html' : `demo/${folder}/index.html`);
  const shown = withShownFiles(html, '../'.repeat(folder.split('/').length), root);
  return withNavigation(withDocsFrame(withApi(withOptions(shown, root), root), folder, FOLDERS), folder, FOLDERS);
}
const pages = new Map(FOLDERS.map((folder) => [folder, built(folder)]));
const pageOf = (folder: string) => pages.get(folder) ?? '';

describe('the options reference', () => {
  const html = withOptions(source('demo/docs/options/index.html'), root);

  test.each([
    ['ImageServerOptions', 'src/options.ts'],
    ['ServeOptions', 'sw/serve.ts'],
    ['RegisterOptions', 'src/page/register.ts'],
  ])('describes every option of %s', (name, path) => {
    const [, body = ''] =
      new RegExp(`export interface ${name}\\b[^{]*\\{\\n([\\s\\S]*?)\\n\\}`).exec(source(path)) ?? [];
    const declared = [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, option]) => option);
    expect(declared.length).toBeGreaterThan(2);
    const described = documentedOptions(source(path), name);
    expect(described.map((option) => option.name)).toEqual(declared);
    expect(described.filter(({ text }) => text.length < 20)).toEqual([]);
    for (const option of declared) expect(html).toContain(`<code>${option}</code>`);
  });

  test('leaves no place empty', () => {
    expect(html).not.toContain('<!-- options of');
    expect(html).toContain(
      '<tr id="sources"><th scope="row" class="option"><code>sources</code> <strong>needed</strong></th>',
    );
  });

  test('an interface that was renamed is an error', () => {
    expect(() => documentedOptions('', 'ServeOptions')).toThrow('no interface ServeOptions');
  });
});

describe.each(DOCS)('the page %s', (folder) => {
  const html = pageOf(folder);

  test('is named and described, and its headings are in order', () => {
    expect(html).toMatch(/<title>.+ · Potto<\/title>/);
    expect(html).toMatch(/<meta name="description" content="[^"]{20,}">/);
    expect(html.match(/<h1>/g)).toHaveLength(1);
    const levels = [...html.matchAll(/<h([1-6])\b/g)].map(([, level]) => Number(level));
    for (const [index, level] of levels.entries()) expect(level - (levels[index - 1] ?? 0)).toBeLessThanOrEqual(1);
  });

  test('is linked from every page of the documentation, and marked on itself', () => {
    expect(html.match(/<nav aria-label="Documentation">.*?<\/nav>/s)?.[0].match(/aria-current/g)).toHaveLength(1);
  });

  test('every cell of its tables has a head', () => {
    expect(html).not.toMatch(/<th scope="col"><\/th>/);
  });
});

test('a page that begins otherwise is an error', () => {
  expect(() => withDocsFrame('<p>Words</p>', 'docs/words', [])).toThrow('demo/docs/words/index.html');
});

test('a page that is whole already gets the links to the others', () => {
  const whole = '<!doctype html><nav aria-label="Documentation"><ul><li>old</li></ul></nav>';
  const html = withDocsFrame(whole, 'docs/viewers/one', ['docs', 'docs/viewers', 'docs/options']);
  expect(html).toContain('<a href="../../viewers/" aria-current="true">Viewers</a>');
  expect(html).not.toContain('old');
});

test.each(FOLDERS)('the links of the page “%s” lead to pages, files and places that are there', (folder) => {
  const here = new URL(`http://site/${folder === '' ? '' : `${folder}/`}`);
  const links = [...pageOf(folder).matchAll(/<a [^>]*href="([^"]+)"/g)].map(([, link = '']) => new URL(link, here));
  for (const { host, pathname, hash, href } of links) {
    const path = decodeURIComponent(pathname).slice(1);
    // Those the worker answers.
    if (host !== here.host || path.startsWith('iiif/')) continue;
    const file = ['demo', 'demo/public'].some((place) => existsSync(join(root, place, path)) && !path.endsWith('/'));
    const page = /(?:^|\/)$/.test(path) ? pages.get(path.slice(0, -1)) : undefined;
    expect(file || page !== undefined, href).toBe(true);
    // Elsewhere what follows the # is for the page's script.
    if (hash !== '' && path.startsWith('docs/')) expect(page, href).toContain(`id="${hash.slice(1)}"`);
  }
});

test('the picture of the README is there, and small', () => {
  const [, path = ''] = /!\[[^\]]{20,}\]\(([^)]+)\)/.exec(source('README.md')) ?? [];
  expect(statSync(join(root, path)).size).toBeLessThan(120_000);
});
