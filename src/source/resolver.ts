import { ImageServerError } from '../errors.ts';
import { parseTemplate, sourceUrl, type Template } from './template.ts';

/** Where the bytes of one image are. */
export interface SourceSpec {
  readonly url: string;
}

/** Looks an identifier up; undefined where there is no such image. A string is a URL. */
export type FindSource = (
  identifier: string,
) => SourceSpec | string | undefined | Promise<SourceSpec | string | undefined>;

/**
 * Where images are, one of
 * - a template `https://bucket.s3.eu-west-1.amazonaws.com/scans/{id}.tif`, or a folder `https://host/scans/`;
 * - templates by name: `{ scans: '…', maps: '…' }`. An identifier chooses by its beginning, `scans:abc` or
 *   `scans/abc`; what begins with no name belongs to the template called `''`, or to the only one there is;
 * - a function, together with the origins it may lead to.
 */
export type SourcesConfig = string | Readonly<Record<string, string>> | FindSource;

export interface ResolverOptions {
  /** What relative URLs are relative to: in a service worker, its own address. */
  readonly base?: string | undefined;
  /** The origins that a function may lead to (`https://host`). Needed for a function; templates bring their own. */
  readonly origins?: readonly string[] | undefined;
}

export interface Resolver {
  /** The only origins that are ever read. */
  readonly origins: readonly string[];
  /**
   * The source of an image, or undefined where no template is for it.
   * @throws {ImageServerError} 400 for an identifier that could lead out of its template, 500 where a function fails
   * or leads to an origin that is not configured.
   */
  resolve(identifier: string): Promise<SourceSpec | undefined>;
}

/** @throws {TypeError} in words, when the configuration can't work. */
export function createResolver(config: SourcesConfig, options: ResolverOptions = {}): Resolver {
  if (typeof config === 'function') return functionResolver(config, options);
  if (typeof config === 'string') return templateResolver(new Map([['', parseTemplate(config, options.base)]]));
  const templates = Object.entries(config).map(([name, text]): [string, Template] => {
    if (!/^[\w-]*$/.test(name)) throw new TypeError(`A source is named by letters, digits, - and _, not “${name}”`);
    return [name, parseTemplate(text, options.base)];
  });
  if (templates.length === 0) throw new TypeError('No sources are configured');
  return templateResolver(new Map(templates));
}

function templateResolver(templates: ReadonlyMap<string, Template>): Resolver {
  const [only] = templates.size === 1 ? templates.values() : [];
  const fallback = templates.get('') ?? only;
  return {
    origins: [...new Set([...templates.values()].map(({ origin }) => origin))],
    async resolve(identifier) {
      const [, name = '', rest = ''] = /^([\w-]+)[:/](.*)$/s.exec(identifier) ?? [];
      const named = name === '' ? undefined : templates.get(name);
      if (named !== undefined) return { url: named.fill(rest) };
      return fallback && { url: fallback.fill(identifier) };
    },
  };
}

function functionResolver(find: FindSource, { base, origins = [] }: ResolverOptions): Resolver {
  if (origins.length === 0) {
    throw new TypeError('A function as source needs the list of origins it may lead to: origins: ["https://…"]');
  }
  const allowed = new Set(origins.map((origin) => sourceUrl(origin, base).origin));
  return {
    origins: [...allowed],
    async resolve(identifier) {
      try {
        const found = await find(identifier);
        if (found === undefined) return undefined;
        const url = sourceUrl(typeof found === 'string' ? found : found.url, base);
        if (!allowed.has(url.origin)) throw new TypeError(`The origin ${url.origin} is not among the origins`);
        return { url: url.href };
      } catch (cause) {
        if (cause instanceof ImageServerError) throw cause;
        const message =
          'The source of the image could not be looked up: the configured function failed, or led to an address that is not among the configured origins. Check the configuration of the sources.';
        throw new ImageServerError(500, message, { cause });
      }
    },
  };
}
