import { expect, test } from 'vitest';
import { pagePath, splitPage, withoutPage } from '../../src/iiif/page-path.ts';

test('the number behind the last semicolon is the page', () => {
  expect(splitPage('book')).toEqual({ identifier: 'book', page: 1 });
  expect(splitPage('book;1')).toEqual({ identifier: 'book', page: 1 });
  expect(splitPage('shelf/book;27')).toEqual({ identifier: 'shelf/book', page: 27 });
  expect(splitPage('book;2;1')).toEqual({ identifier: 'book;2', page: 1 });
});

test('what is no page belongs to the identifier', () => {
  for (const identifier of ['book;', 'book;0', 'book;02', 'book;-1', 'book;x', ';2', 'scan;20240229']) {
    expect(splitPage(identifier)).toEqual({ identifier, page: 1 });
  }
});

test('a page of an address, and the address without it', () => {
  expect(pagePath('/iiif/3/book', 1)).toBe('/iiif/3/book');
  expect(pagePath('/iiif/3/book', 2)).toBe('/iiif/3/book;2');
  expect(withoutPage('/iiif/3/book;2')).toBe('/iiif/3/book');
  expect(withoutPage('/iiif/3/book%3B12')).toBe('/iiif/3/book');
  expect(withoutPage('/iiif/3/book')).toBe('/iiif/3/book');
});

test('the first page of an image whose own name looks like a page keeps its number', () => {
  expect(pagePath(withoutPage('/iiif/3/book;2;1'), 1)).toBe('/iiif/3/book;2;1');
});
