import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { documentedOptions, withOptions } from '../../demo/build/options-reference.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const docs = join(root, 'demo/docs');
const source = (path: string) => readFileSync(join(root, path), 'utf8');

const PAGES = readdirSync(docs, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('index.html'))
  .map((path) => join(docs, path));

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

describe.each(PAGES)('%s', (page) => {
  const html = readFileSync(page, 'utf8');

  test('its links within the documentation lead to pages and places that are there', () => {
    const links = [...html.matchAll(/href="(\.{1,2}\/[^"]*)"/g)].map(([, link = '']) => link);
    expect(links.length).toBeGreaterThan(5);
    for (const link of links) {
      const [path = '', place] = link.split('#');
      const target = join(dirname(page), path);
      const file = path.endsWith('/') ? join(target, 'index.html') : target;
      if (!file.startsWith(docs)) continue;
      expect(existsSync(file), link).toBe(true);
      if (place !== undefined) expect(readFileSync(file, 'utf8'), link).toContain(`id="${place}"`);
    }
  });

  test('is named, and its headings are in order', () => {
    expect(html).toMatch(/<title>.+ · Potto<\/title>/);
    expect(html.match(/<h1>/g)).toHaveLength(1);
    const levels = [...html.matchAll(/<h([1-6])\b/g)].map(([, level]) => Number(level));
    for (const [index, level] of levels.entries()) expect(level - (levels[index - 1] ?? 0)).toBeLessThanOrEqual(1);
  });
});
