import { type HttpOptions, HttpSource } from './http.ts';
import type { ObjectFacts } from './object-facts.ts';
import { createResolver, type ResolverOptions, type SourcesConfig } from './resolver.ts';
import type { Source } from './source.ts';

/** An object that an identifier stands for, not yet read. */
export interface FoundSource {
  /** Tells the object apart from every other one. */
  readonly url: string;
  /** `known`: what an earlier life of the worker saw; a read that finds something else throws SourceChangedError. */
  open(known?: ObjectFacts): Source;
}

/** Finds the bytes of an identifier. A host with sources of another kind (a folder, a dropped file) brings its own. */
export interface SourceFinder {
  /** Undefined where no image has that identifier. */
  find(identifier: string): Promise<FoundSource | undefined>;
}

/** Finds objects on the HTTP servers of a configuration, and nowhere else. Throws as `createResolver` does. */
export function httpFinder(sources: SourcesConfig, options: ResolverOptions & HttpOptions = {}): SourceFinder {
  const resolver = createResolver(sources, options);
  return {
    async find(identifier) {
      const spec = await resolver.resolve(identifier);
      return spec && { url: spec.url, open: (known) => new HttpSource(spec.url, { ...options, known }) };
    },
  };
}
