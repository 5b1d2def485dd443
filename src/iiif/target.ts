import { ImageServerError } from '../errors.ts';
import { splitPage } from './page-path.ts';
import type { Version } from './request.ts';

/** The four parameters of an image request, each decoded once: region, size, rotation, quality.format. */
export type ImageSegments = readonly [region: string, size: string, rotation: string, qualityAndFormat: string];

interface Addressed {
  /** The version the path names; undefined where it names none and `Accept` decides. */
  readonly version: Version | undefined;
  /** Decoded exactly once, without the page: what the resolver is asked for. */
  readonly identifier: string;
  /** Page of the file that the identifier stands for, from 1 on: the number behind the last semicolon, 1 by default. */
  readonly page: number;
  /** As it stands in the URL. */
  readonly encodedIdentifier: string;
  /** Path of the base URI, without a trailing slash: the `id` of `info.json` is the origin and this. */
  readonly basePath: string;
}

/**
 * What a URL addresses: the service's base URI, its `info.json`, or an image (section 2); or a manifest of the pages of
 * a file (Presentation API 3.0).
 */
export type Target =
  | ({ readonly kind: 'base' } & Addressed)
  | ({ readonly kind: 'info' } & Addressed)
  | ({ readonly kind: 'manifest' } & Addressed)
  | ({ readonly kind: 'image'; readonly segments: ImageSegments } & Addressed);

/** Longer than any identifier in use (a presigned URL as identifier has some 2 KB), short enough to parse at once. */
export const MAX_PATH_LENGTH = 8192;

const FORMS = '{identifier}/info.json or {identifier}/{region}/{size}/{rotation}/{quality}.{format}';

/**
 * Reads a URL under `prefix`, a path with a slash at both ends such as `/repo/iiif/`; query and fragment are ignored.
 * The URL is split at its raw slashes first and each segment decoded once after that, so `%2F` belongs to the identifier.
 *
 * A first segment `2` or `3` is the version when a form of section 2 follows it, else it is the identifier itself:
 * `3/info.json` and `3/full/max/0/default.jpg` are the image named "3". It is unambiguous at `3/3/info.json`.
 *
 * @throws {ImageServerError} 404 outside the prefix, 400 where no form of section 2 matches.
 */
export function parseTarget(url: URL | string, prefix: string): Target {
  const { pathname } = new URL(url, 'http://localhost');
  if (pathname.length > MAX_PATH_LENGTH) {
    throw new ImageServerError(400, `The path has ${pathname.length} characters; at most ${MAX_PATH_LENGTH} are read.`);
  }
  if (!pathname.startsWith(prefix)) {
    throw new ImageServerError(404, `Nothing is served here. Image services are found at ${prefix}{identifier}.`);
  }
  const segments = pathname.slice(prefix.length).split('/');
  const version = leadingVersion(segments);
  const [encodedIdentifier = '', ...parameters] = version === undefined ? segments : segments.slice(1);
  const { identifier, page } = splitPage(decodeIdentifier(encodedIdentifier));
  const basePath = `${prefix}${version === undefined ? '' : `${version}/`}${encodedIdentifier}`;
  const addressed: Addressed = { version, identifier, page, encodedIdentifier, basePath };

  if (parameters.length === 0 || (parameters.length === 1 && parameters[0] === ''))
    return { kind: 'base', ...addressed };
  if (parameters.length === 1 && parameters[0] === 'info.json') return { kind: 'info', ...addressed };
  if (version === 3 && parameters.length === 1 && parameters[0] === 'manifest.json') {
    return { kind: 'manifest', ...addressed };
  }
  const [region, size, rotation, qualityAndFormat] = parameters.map(decodeSegment);
  if (
    parameters.length === 4 &&
    region !== undefined &&
    size !== undefined &&
    rotation !== undefined &&
    qualityAndFormat !== undefined
  ) {
    return { kind: 'image', segments: [region, size, rotation, qualityAndFormat], ...addressed };
  }
  throw new ImageServerError(
    400,
    `After the identifier "${identifier}" the path has ${parameters.length} more segments. Expected ${FORMS}. ` +
      'A slash inside an identifier must be written as %2F: it can not be told from a separator otherwise.',
  );
}

function leadingVersion(segments: readonly string[]): Version | undefined {
  const [first, second] = segments;
  if ((first !== '2' && first !== '3') || second === undefined || second === '') return undefined;
  const isIdentifier = (segments.length === 2 && second === 'info.json') || segments.length === 5;
  if (isIdentifier) return undefined;
  return first === '2' ? 2 : 3;
}

function decodeIdentifier(segment: string): string {
  const identifier = decodeSegment(segment);
  if (identifier === '') throw new ImageServerError(400, `The identifier is empty. Expected ${FORMS}.`);
  for (let index = 0; index < identifier.length; index++) {
    const code = identifier.charCodeAt(index);
    if (code < 0x20 || code === 0x7f) {
      throw new ImageServerError(400, 'The identifier contains a control character, which no identifier here has.');
    }
  }
  return identifier;
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (cause) {
    throw new ImageServerError(
      400,
      `"${segment}" is not percent-encoded UTF-8. A percent sign itself must be written as %25.`,
      { cause },
    );
  }
}
