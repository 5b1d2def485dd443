import { ImageServerError } from '../errors.ts';
import type { ColourTable } from '../kernel/colour-table.ts';
import type { WasmLoader } from './codec.ts';
import { compiledOnce } from './loader.ts';

/** Nodes along each axis of the table in `cmyk.wasm`, 8 bits a value. */
const GRID = 9;

/** Name of the section that holds it. */
const SECTION = 'cmyk';

/**
 * The table for CMYK without a profile, loaded on first use. `cmyk.wasm` is no program: a custom section (WebAssembly
 * Core, section 5.5.3) holds the table, because WASM files are what every host knows how to bring when it is needed.
 *
 * Its colours are those of "Chemical proof", which libvips, too, takes where a file has no profile: "Created by Graeme
 * W. Gill. Released into the public domain." `make-cmyk.mjs` beside it writes it from the copy in libvips.
 */
export function createStandardCmyk(wasm: WasmLoader): () => Promise<ColourTable> {
  const compiled = compiledOnce(wasm, 'cmyk');
  return async () => {
    const [section] = WebAssembly.Module.customSections(await compiled(), SECTION);
    const nodes = new Uint8Array(section ?? new ArrayBuffer(0));
    if (nodes.length === GRID ** 4 * 3) return { inputs: 4, grid: GRID, nodes };
    throw new ImageServerError(500, 'The table for CMYK colours is damaged: install cmyk.wasm again');
  };
}
