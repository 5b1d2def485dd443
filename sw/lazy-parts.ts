import type { PrivateAccess } from '../src/access/access.ts';
import { tiffImage } from '../src/image/tiff/tiff.ts';
import { createColours } from '../src/render/colours.ts';
import type { CreateConversions } from '../src/render/conversions.ts';
import { localUrl } from '../src/source/local.ts';
import type { WorkerParts } from './parts.ts';

/**
 * The parts of the worker, loaded when they are first needed; when `load` throws, that one request fails. Here already
 * is what it takes to pass on stored tiles: TIFFs whose structure is known, and what to do about their colours.
 */
export function lazyParts(load: () => WorkerParts): WorkerParts {
  const createConversions: CreateConversions = (wasm) => {
    const conversions = onceMade(() => load().createConversions(wasm));
    return {
      standard: async (space) => conversions().standard(space),
      ofProfile: async (profile) => conversions().ofProfile(profile),
    };
  };

  return {
    opener: {
      readStructure: async (...asked) => load().opener.readStructure(...asked),
      readPages: async (...asked) => load().opener.readPages(...asked),
      readPageStructure: async (...asked) => load().opener.readPageStructure(...asked),
      imageFromStructure: (structure, read, options) =>
        structure.kind === 'tiff'
          ? tiffImage(structure, read)
          : load().opener.imageFromStructure(structure, read, options),
    },
    rules: () => load().rules(),
    answerManifest: async (question) => load().answerManifest(question),
    degraded: async (...asked) => load().degraded(...asked),
    createPackDesk: (options) => load().createPackDesk(options),
    createMonitorDesk: (options) => load().createMonitorDesk(options),
    createAccess(options) {
      let made: PrivateAccess | undefined;
      const access = onceMade(() => {
        made = load().createAccess(options);
        return made;
      });
      return {
        fetchAs:
          (...reading) =>
          async (...asked) =>
            access().fetchAs(...reading)(...asked),
        forget: (source) => made?.forget(source),
      };
    },
    createConversions,
    createRenderer(wasm, options) {
      const renderer = onceMade(() => load().createRenderer(wasm, options));
      return {
        coloursOf: createColours(createConversions(wasm)),
        overlayPictures: async (...asked) => renderer().overlayPictures(...asked),
        passthroughPicture: async (...asked) => renderer().passthroughPicture(...asked),
        render: async (...asked) => renderer().render(...asked),
        encodePixels: async (...asked) => renderer().encodePixels(...asked),
      };
    },
    createWorkerAccess(options) {
      const access = onceMade(() => load().createWorkerAccess(options));
      return {
        provider: async (request) => access().provider(request),
        signInNeeded: (...needed) => access().signInNeeded(...needed),
        answer: async (...asked) => access().answer(...asked),
      };
    },
    createLocalFiles(databaseName) {
      const files = onceMade(() => load().createLocalFiles(databaseName));
      return {
        add: async (added) => files().add(added),
        keep: async (handle) => files().keep(handle),
        kept: async () => files().kept(),
        forget: async (name) => files().forget(name),
        find: async (name) => files().find(name),
      };
    },
    localFinder: (finder, findFile) => ({
      breakers: finder.breakers,
      async find(identifier) {
        const isLocal = localUrl(identifier) !== undefined;
        return (isLocal ? load().localFinder(finder, findFile) : finder).find(identifier);
      },
    }),
    createPageAnswers(means) {
      const answer = onceMade(() => load().createPageAnswers(means));
      return async (...asked) => answer()(...asked);
    },
    documents: {
      fromPack: async (document) => load().documents.fromPack(document),
      fromServerOrPack: async (...asked) => load().documents.fromServerOrPack(...asked),
      insteadOf: async (...asked) => load().documents.insteadOf(...asked),
    },
    rasterizeText: async (...asked) => load().rasterizeText(...asked),
  };
}

/** Made when it is first needed; what throws is tried again. */
function onceMade<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
