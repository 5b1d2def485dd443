import { CONTEXT_URI } from './info.ts';
import type { Version } from './request.ts';

/** One media range of an `Accept` header (RFC 9110, section 12.5.1), in lower case but for parameter values. */
export interface MediaRange {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
  /** 0–1; 0 means "not this". */
  readonly quality: number;
}

const JSON_TYPE = 'application/json';
const JSON_LD_TYPE = 'application/ld+json';

/** More ranges than any client sends; what follows is ignored. */
const MAX_RANGES = 50;

/** Reads an `Accept` header; ranges that can't be read are left out, as is the whole when the header is missing. */
export function parseAccept(header: string | null): MediaRange[] {
  if (header === null) return [];
  const ranges: MediaRange[] = [];
  for (const text of splitUnquoted(header, ',').slice(0, MAX_RANGES)) {
    const [type = '', ...rest] = splitUnquoted(text, ';').map((part) => part.trim());
    if (!/^[^\s/]+\/[^\s/]+$/.test(type)) continue;
    const parameters = new Map(rest.map(parseParameter));
    const q = Number(parameters.get('q') ?? '1');
    parameters.delete('q');
    ranges.push({ type: type.toLowerCase(), parameters, quality: q >= 0 && q <= 1 ? q : 1 });
  }
  return ranges;
}

/** The version for a URL that names none: the one whose context a `profile` parameter asks for most, else 3.0. */
export function negotiateVersion(accept: string | null): Version {
  const wish = (version: Version) =>
    Math.max(
      0,
      ...parseAccept(accept)
        .filter((range) => asksFor(range, version))
        .map((range) => range.quality),
    );
  return wish(2) > wish(3) ? 2 : 3;
}

/**
 * The `Content-Type` of an `info.json`. The answer varies by `Accept`, so it carries `Vary: Accept`.
 *
 * 3.0 (section 5.1): JSON-LD with the context as profile, unless plain JSON is preferred.
 * 2.1 (section 5.1): plain JSON, unless JSON-LD is named and wanted no less.
 * A header that accepts neither gets the default: an answer helps more than a 406.
 */
export function infoContentType(version: Version, accept: string | null): string {
  const ranges = parseAccept(accept).filter((range) => !asksFor(range, version === 3 ? 2 : 3));
  const json = qualityOf(JSON_TYPE, ranges);
  const jsonLd = qualityOf(JSON_LD_TYPE, ranges);
  if (version === 3) return json > jsonLd ? JSON_TYPE : `${JSON_LD_TYPE};profile="${CONTEXT_URI[3]}"`;
  const isNamed = ranges.some((range) => range.type === JSON_LD_TYPE && range.quality > 0);
  return isNamed && jsonLd >= json ? JSON_LD_TYPE : JSON_TYPE;
}

/** The type that `Accept` prefers among these; the first where it says nothing, what it names before what it allows. */
export function mediaTypeOf(accept: string | null, types: readonly string[]): string | undefined {
  const ranges = parseAccept(accept);
  const isNamed = (type: string) => ranges.some((range) => range.type === type);
  const preference = (a: string, b: string) =>
    qualityOf(b, ranges) - qualityOf(a, ranges) || Number(isNamed(b)) - Number(isNamed(a));
  return types.toSorted(preference)[0];
}

function asksFor(range: MediaRange, version: Version): boolean {
  // A profile is a list of URIs separated by spaces (RFC 6906); clients write https: too.
  const profiles = range.parameters.get('profile')?.split(/\s+/) ?? [];
  return profiles.some((profile) => profile.replace(/^https:/, 'http:') === CONTEXT_URI[version]);
}

/** The most specific range that matches decides (RFC 9110, section 12.5.1). */
function qualityOf(type: string, ranges: readonly MediaRange[]): number {
  for (const pattern of [type, `${type.slice(0, type.indexOf('/'))}/*`, '*/*']) {
    const matching = ranges.filter((range) => range.type === pattern);
    if (matching.length > 0) return Math.max(...matching.map((range) => range.quality));
  }
  return 0;
}

function parseParameter(text: string): [name: string, value: string] {
  const equals = text.indexOf('=');
  if (equals === -1) return [text.toLowerCase(), ''];
  const value = text.slice(equals + 1).trim();
  const unquoted = value.startsWith('"') ? value.replace(/^"|"$/g, '').replace(/\\(.)/g, '$1') : value;
  return [text.slice(0, equals).trim().toLowerCase(), unquoted];
}

/** Splits at a separator outside quoted strings: a profile may hold commas and semicolons. */
function splitUnquoted(text: string, separator: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (character === '"') quoted = !quoted;
    else if (quoted && character === '\\') index++;
    else if (!quoted && character === separator) {
      parts.push(text.slice(start, index));
      start = index + 1;
    }
  }
  parts.push(text.slice(start));
  return parts;
}
