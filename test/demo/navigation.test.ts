import { expect, test } from 'vitest';
import { withNavigation } from '../../demo/build/navigation.ts';

const PAGE = '<nav class="pages" aria-label="Pages"></nav><main></main>';

test('a page links to those that there are, relative to itself', () => {
  const html = withNavigation(PAGE, 'search', ['', 'search', 'status']);
  expect(html).toContain('<a href="../search/" aria-current="page">Search</a>');
  expect(html).toContain('<a href="../">Zoom</a>');
  expect(html).not.toContain('Compare');
});

test('the start page is at the root', () => {
  expect(withNavigation(PAGE, '', ['', 'search'])).toContain('<a href="./" aria-current="page">Zoom</a>');
});

test('a page below another marks that one', () => {
  expect(withNavigation(PAGE, 'work', ['search', 'work'])).toContain('<a href="../search/" aria-current="true">');
  expect(withNavigation(PAGE, 'docs/mirador', ['docs'])).toContain('<a href="../../docs/" aria-current="true">');
});

test('a page without a place for links stays as it is', () => {
  expect(withNavigation('<main></main>', 'kiosk', ['search'])).toBe('<main></main>');
});
