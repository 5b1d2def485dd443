import { ImageServerError } from '../errors.ts';
import { type Access, checkAccess } from './access.ts';
import { parseTemplate, sourceUrl, type Template } from './template.ts';

/** Where the bytes of one image are, and how they are read where not everyone may read them. */
export interface SourceSpec {
  /** Where the image is. */
  readonly url: string;
  /** How its server is satisfied; without it everyone may read. */
  readonly access?: Access | undefined;
  /** Names the source that credentials are for; '' by default. */
  readonly source?: string | undefined;
}

/** A template, or a folder, that not everyone may read. */
export interface PrivateTemplate {
  /** A template with `{id}`, or a folder with a slash at the end. */
  readonly url: string;
  /** How its server is satisfied. */
  readonly access: Access;
}

/** Looks an identifier up; undefined where there is no such image. A string is a URL. */
export type FindSource = (
  identifier: string,
) => SourceSpec | string | undefined | Promise<SourceSpec | string | undefined>;

/** Templates by name. */
type NamedTemplates = Readonly<Record<string, string | PrivateTemplate>>;

/**
 * Where images are, one of
 * - a template `https://bucket.s3.eu-west-1.amazonaws.com/scans/{id}.tif`, or a folder `https://host/scans/`;
 * - the same with `access`, where not everyone may read them: `{ url: 'https://…/{id}.tif', access: { kind: 'bearer' } }`;
 * - templates by name: `{ scans: '…', maps: { url: '…', access: … } }`. An identifier chooses by its beginning, `scans:abc` or
 *   `scans/abc`; what begins with no name belongs to the template called `''`, or to the only one there is;
 * - a function, together with the origins it may lead to.
 */
export type SourcesConfig = string | PrivateTemplate | NamedTemplates | FindSource;

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
  const named: NamedTemplates = typeof config === 'string' || isOne(config) ? { '': config } : config;
  const templates = Object.entries(named).map(([name, text]): [string, NamedTemplate] => {
    if (!/^[\w-]*$/.test(name)) throw new TypeError(`A source is named by letters, digits, - and _, not “${name}”`);
    if (typeof text === 'string') return [name, { template: parseTemplate(text, options.base), means: undefined }];
    checkAccess(text.access);
    return [name, { template: parseTemplate(text.url, options.base), means: { access: text.access, source: name } }];
  });
  if (templates.length === 0) throw new TypeError('No sources are configured');
  return templateResolver(new Map(templates));
}

interface NamedTemplate {
  readonly template: Template;
  /** Of a private source. */
  readonly means: Pick<SourceSpec, 'access' | 'source'> | undefined;
}

/** A single source may not be mistaken for two that are named `url` and `access`. */
function isOne(config: PrivateTemplate | NamedTemplates): config is PrivateTemplate {
  const { access } = config;
  return typeof access === 'object' && 'kind' in access;
}

function templateResolver(templates: ReadonlyMap<string, NamedTemplate>): Resolver {
  const [only] = templates.size === 1 ? templates.values() : [];
  const fallback = templates.get('') ?? only;
  return {
    origins: [...new Set([...templates.values()].map(({ template }) => template.origin))],
    async resolve(identifier) {
      const [, name = '', rest = ''] = /^([\w-]+)[:/](.*)$/s.exec(identifier) ?? [];
      const named = name === '' ? undefined : templates.get(name);
      if (named !== undefined) return { url: named.template.fill(rest), ...named.means };
      return fallback && { url: fallback.template.fill(identifier), ...fallback.means };
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
        if (typeof found === 'string' || !found.access) return { url: url.href };
        checkAccess(found.access);
        return { url: url.href, access: found.access, source: found.source ?? '' };
      } catch (cause) {
        if (cause instanceof ImageServerError) throw cause;
        const message =
          'The source of the image could not be looked up: the configured function failed, or led to an address that is not among the configured origins. Check the configuration of the sources.';
        throw new ImageServerError(500, message, { cause });
      }
    },
  };
}
