import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** What the code says, sentences that are written in several pieces as one. */
const spoken = ['src', 'sw']
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) => join(folder, path)),
  )
  .filter((path) => path.endsWith('.ts'))
  .map(read)
  .join('\n')
  .replace(/['"`]\s*\+\s*['"`]/g, '')
  .replace(/\s+/g, ' ');

const text = (html: string) =>
  html
    .replace(/<[^>]+>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

/** The quoted parts of what one sees, by the first cells of tables; `…` stands for what differs. */
function quoted(cells: readonly string[]): readonly string[] {
  const quotes = cells.flatMap((cell) => [...cell.matchAll(/“([^”]+)”/g)].map(([, quote = '']) => quote));
  return quotes.flatMap((quote) => quote.split('…').map((part) => part.trim()));
}

test('every message that the page of symptoms quotes is one that the code says', () => {
  const cells = [...read('demo/docs/troubleshooting/index.html').matchAll(/<tr><th scope="row">(.*?)<\/th>/g)];
  const messages = quoted(cells.map(([, cell = '']) => text(cell)));
  expect(messages.length).toBeGreaterThan(20);
  expect(messages.filter((message) => !spoken.includes(message))).toEqual([]);
});

test('so is every message that the README quotes', () => {
  const [, section = ''] = /\n## When it does not work\n([\s\S]*?)\n## /.exec(read('README.md')) ?? [];
  const messages = quoted([...section.matchAll(/^\| (.*?) \|/gm)].map(([, cell = '']) => cell));
  expect(messages.length).toBeGreaterThan(5);
  expect(messages.filter((message) => !spoken.includes(message))).toEqual([]);
});
