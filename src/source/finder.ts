import type { AccessMeans } from './access.ts';
import { type Breakers, createBreakers } from './breakers.ts';
import { HttpSource } from './http.ts';
import type { HttpOptions } from './http-options.ts';
import type { ObjectFacts } from './object-facts.ts';
import { createResolver, type ResolverOptions, type SourcesConfig } from './resolver.ts';
import type { Source } from './source.ts';

/** An object that an identifier stands for, not yet read. */
export interface FoundSource {
  /** Tells the object apart from every other one. */
  readonly url: string;
  /** Name of the source that it is of, where not everyone may read it. */
  readonly privateSource?: string | undefined;
  /** `known`: what an earlier life of the worker saw; a read that finds something else throws SourceChangedError. */
  open(known?: ObjectFacts): Source;
}

/** Finds the bytes of an identifier. A host with sources of another kind (a folder, a dropped file) brings its own. */
export interface SourceFinder {
  /** Undefined where no image has that identifier. */
  find(identifier: string): Promise<FoundSource | undefined>;
  /** What is known of the origins that it reads from; a host's own finder may have none. */
  readonly breakers?: Breakers | undefined;
}

export interface FinderOptions extends ResolverOptions, HttpOptions {
  /** Needed where a source has an `access`. */
  readonly access?: AccessMeans | undefined;
}

/** Finds objects on the HTTP servers of a configuration, and nowhere else. Throws as `createResolver` does. */
export function httpFinder(sources: SourcesConfig, options: FinderOptions = {}): SourceFinder {
  const resolver = createResolver(sources, options);
  const { breakers = createBreakers() } = options;
  return {
    breakers,
    async find(identifier) {
      const spec = await resolver.resolve(identifier);
      if (!spec) return undefined;
      const { url, access, source = '' } = spec;
      if (!access) return { url, open: (known) => new HttpSource(url, { ...options, breakers, known }) };
      if (!options.access) throw new TypeError('A private source needs the means to read it: options.access');
      const fetch = options.access.fetchAs(access, source);
      return {
        url,
        privateSource: source,
        open: (known) => new HttpSource(url, { ...options, fetch, breakers, known }),
      };
    },
  };
}
