import { ImageServerError } from '../errors.ts';

/** Where the identifier goes. */
const PLACEHOLDER = '{id}';
/** Characters. An S3 key has at most 1024 bytes. */
export const IDENTIFIER_LIMIT = 1024;

/** A URL with a place for an identifier. */
export interface Template {
  /** The only origin that its URLs have. */
  readonly origin: string;
  /**
   * The URL for an identifier. In the path each of its segments is percent-encoded and slashes stay what they are; in
   * the query slashes are encoded too.
   * @throws {ImageServerError} 400 for an identifier that could lead out of the template.
   */
  fill(identifier: string): string;
}

/**
 * Reads `https://host/scans/{id}.tif`, or a folder prefix `https://host/scans/`, which is short for
 * `https://host/scans/{id}`. `base` is what a relative template is relative to.
 * @throws {TypeError} in words, when it isn't such a URL.
 */
export function parseTemplate(template: string, base?: string): Template {
  const text = template.includes(PLACEHOLDER) || !template.endsWith('/') ? template : template + PLACEHOLDER;
  const parts = text.split(PLACEHOLDER);
  if (parts.length < 2)
    throw new TypeError(`The source ${template} needs {id} where the identifier goes, or a slash at its end`);
  const build = (pathPart: string, queryPart: string) => {
    let url = parts[0] ?? '';
    for (const part of parts.slice(1)) url += (url.includes('?') ? queryPart : pathPart) + part;
    return sourceUrl(url, base);
  };
  const { origin, href } = build('a', 'a');
  const other = build('b', 'b');
  // Only an identifier that stands in the host can change the origin.
  if (origin !== other.origin) throw new TypeError(`The source ${template} may have {id} in its path or query only`);
  const prefix = sharedStart(href, other.href);
  return {
    origin,
    fill(identifier) {
      const segments = checkedSegments(identifier);
      const url = build(segments.join('/'), segments.join('%2F'));
      if (!url.href.startsWith(prefix))
        throw new ImageServerError(400, `The identifier “${identifier}” leads out of its source.`);
      return url.href;
    },
  };
}

/**
 * A URL that may be read: http or https, without a user's name or a password, without a fragment.
 * @throws {TypeError} in words.
 */
export function sourceUrl(text: string, base?: string): URL {
  if (!URL.canParse(text, base)) throw new TypeError(`The source ${text} is not a URL`);
  const url = new URL(text, base);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new TypeError(`The source ${text} has to be http or https`);
  if (url.username !== '' || url.password !== '')
    throw new TypeError('A source must not hold a user name or password: whoever opens the page could read them');
  if (url.hash !== '') throw new TypeError(`The source ${text} must not have a fragment (#)`);
  return url;
}

function sharedStart(one: string, other: string): string {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return one.slice(0, length);
}

function checkedSegments(identifier: string): readonly string[] {
  const problem = problemOf(identifier);
  if (problem !== undefined) {
    throw new ImageServerError(
      400,
      `An identifier ${problem}. Ask for the identifier that the image has in its collection.`,
    );
  }
  return identifier.split('/').map(encodeURIComponent);
}

/** Dot segments and backslashes would be paths of their own to a URL parser, control characters vanish in it. */
function problemOf(identifier: string): string | undefined {
  if (identifier.length > IDENTIFIER_LIMIT)
    return `has at most ${IDENTIFIER_LIMIT} characters, and this one has ${identifier.length}`;
  if (/\p{Cc}|\\/u.test(identifier)) return 'holds no backslashes and no control characters';
  if (/\p{Cs}/u.test(identifier)) return 'is text in Unicode, and this one holds half of a character';
  if (identifier.split('/').some((segment) => segment === ''))
    return 'has no empty parts: nothing before, after or between its slashes is missing';
  if (identifier.split('/').some((segment) => segment === '.' || segment === '..')) return 'has no parts “.” or “..”';
  return undefined;
}
