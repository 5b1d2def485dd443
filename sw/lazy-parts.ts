import type { PrivateAccess } from '../src/access/access.ts';
import { tiffImage } from '../src/image/tiff/tiff.ts';
import type { Parts } from '../src/parts.ts';
import { createColours } from '../src/render/colours.ts';
import type { Renderer } from '../src/render/renderer.ts';

/**
 * The parts of the server, loaded when they are first needed; when `load` throws, that one request fails. Here already
 * is what it takes to pass on stored tiles: TIFFs whose structure is known, and what to do about their colours.
 */
export function lazyParts(load: () => Parts): Parts {
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
    createPackDesk: (options) => load().createPackDesk(options),
    createMonitorDesk: (options) => load().createMonitorDesk(options),
    createAccess(options) {
      let made: PrivateAccess | undefined;
      const access = () => {
        made ??= load().createAccess(options);
        return made;
      };
      return {
        fetchAs:
          (...reading) =>
          async (...asked) =>
            access().fetchAs(...reading)(...asked),
        forget: (source) => made?.forget(source),
      };
    },
    createRenderer(wasm, options) {
      let made: Renderer | undefined;
      const renderer = () => {
        made ??= load().createRenderer(wasm, options);
        return made;
      };
      return {
        coloursOf: createColours(wasm),
        overlayPictures: async (...asked) => renderer().overlayPictures(...asked),
        render: async (...asked) => renderer().render(...asked),
      };
    },
  };
}
