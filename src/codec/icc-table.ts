import { ImageServerError } from '../errors.ts';
import type { ColourTable } from '../kernel/colour-table.ts';
import { hasAscii } from './bytes.ts';
import type { WasmLoader } from './codec.ts';
import type { IccProfile } from './icc-profile.ts';
import type { KeptHeaps } from './kept-heaps.ts';
import { instantiateLcms } from './lcms.ts';
import { WasmInstance } from './loader.ts';

/**
 * Nodes along each axis. CMYK at 9 is within ΔE2000 0.3 of the profile on average and 2 at most, for 52 KB; 17 nodes
 * gain 0.07 for 668 KB. RGB at 33 is within 0.13 and 1.5; 17 nodes would be within 0.25 and 2.6.
 */
const GRID = { rgb: 33, cmyk: 9 } as const;

/** The tag table (section 7.3), whose length was checked when the profile was read. */
const TAG_COUNT = 128;
const TAG_TABLE = 132;
const TAG_BYTES = 12;
const OTHER_NAME = new TextEncoder().encode('d2b');

const DAMAGED = { status: 502, message: 'An ICC profile is damaged: embed another one' };

/** The table by which a profile converts to sRGB; undefined when the profile is damaged. */
export type TableOfProfile = (profile: IccProfile) => Promise<ColourTable | undefined>;

/** For RGB and CMYK profiles of any kind. Little CMS is loaded when the first one is met; 20 ms a profile. */
export function createTableOfProfile(wasm: WasmLoader, kept?: KeptHeaps): TableOfProfile {
  const lcms = new WasmInstance(wasm, 'lcms', instantiateLcms, kept);
  return async ({ space, bytes }) => {
    if (space !== 'rgb' && space !== 'cmyk') return undefined;
    const inputs = space === 'rgb' ? 3 : 4;
    const grid = GRID[space];
    try {
      const profile = withoutPrograms(bytes);
      const nodes = await lcms.run(DAMAGED, (each) => each.convert(profile, coloursOfNodes(grid, inputs), inputs));
      return { inputs, grid, nodes };
    } catch (error) {
      if (error instanceof ImageServerError && error.status === DAMAGED.status) return undefined;
      throw error;
    }
  };
}

/**
 * Little CMS would prefer `DToBx` tags, programs as long as their file (ICC.1:2022, section 10.16) that would run for
 * each node. They are optional, and browsers don't run them either: under another name nobody does.
 */
function withoutPrograms(profile: Uint8Array): Uint8Array {
  const copy = new Uint8Array(profile);
  const end = TAG_TABLE + new DataView(copy.buffer).getUint32(TAG_COUNT) * TAG_BYTES;
  for (let at = TAG_TABLE; at < end; at += TAG_BYTES) if (hasAscii(copy, at, 'D2B')) copy.set(OTHER_NAME, at);
  return copy;
}

/** 16 bits a sample, the last one varying fastest. */
export function coloursOfNodes(grid: number, inputs: number): Uint16Array {
  return Uint16Array.from({ length: grid ** inputs * inputs }, (_, i) => {
    const node = Math.floor(i / inputs);
    const place = Math.floor(node / grid ** (inputs - 1 - (i % inputs))) % grid;
    return Math.round((65_535 * place) / (grid - 1));
  });
}
