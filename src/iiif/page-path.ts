/** What follows an identifier to name a page: a semicolon and the page's number, from 1 on. */
const PAGE = /^(.+);([1-9]\d{0,4})$/su;

/** The same in a URL, where the semicolon may be percent-encoded. */
const PAGE_IN_URL = /(?:;|%3b)[1-9]\d{0,4}$/i;

/**
 * `book;2` is the second page of `book`. An image that is really named so is the first page of itself: `book;2;1`.
 * Six digits and more are no page of anything, but a date or a number of the identifier's own.
 */
export function splitPage(identifier: string): { readonly identifier: string; readonly page: number } {
  const match = PAGE.exec(identifier);
  return { identifier: match?.[1] ?? identifier, page: match ? Number(match[2]) : 1 };
}

/** A path or URI that ends with an identifier, without the page. */
export function withoutPage(path: string): string {
  return path.replace(PAGE_IN_URL, '');
}

/** `path`, which ends with an identifier without a page, of that page. The first one needs no number. */
export function pagePath(path: string, page: number): string {
  return page === 1 && !PAGE_IN_URL.test(path) ? path : `${path};${page}`;
}
