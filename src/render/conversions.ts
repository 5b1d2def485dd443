import { labTable } from '../codec/cie-lab.ts';
import { createStandardCmyk } from '../codec/cmyk-standard.ts';
import type { WasmLoader } from '../codec/codec.ts';
import type { IccProfile } from '../codec/icc-profile.ts';
import { createTableOfProfile } from '../codec/icc-table.ts';
import type { KeptHeaps } from '../codec/kept-heaps.ts';
import { once } from '../codec/loader.ts';
import { type ColourTable, prepareTable } from '../kernel/colour-table.ts';
import type { ColourConversion } from './colour-conversion.ts';

/** Makes conversions to sRGB by tables. Rejects with ImageServerError 503 where Little CMS or the table can't be loaded. */
export interface Conversions {
  /** Of colours without a profile, made once. */
  readonly standard: (space: 'cmyk' | 'lab') => Promise<ColourConversion>;
  /** By a profile that has tables, made anew; undefined where it is damaged. */
  readonly ofProfile: (profile: IccProfile) => Promise<ColourConversion | undefined>;
}

export type CreateConversions = (wasm: WasmLoader, kept?: KeptHeaps) => Conversions;

export const createConversions: CreateConversions = (wasm, kept) => {
  const tableOfProfile = createTableOfProfile(wasm, kept);
  const standardCmyk = createStandardCmyk(wasm);
  const standards = {
    cmyk: once(async () => prepared(await standardCmyk())),
    lab: once(async () => prepared(labTable())),
  };
  return {
    standard: (space) => standards[space](),
    async ofProfile(profile) {
      const table = await tableOfProfile(profile);
      return table && prepared(table);
    },
  };
};

function prepared(table: ColourTable): ColourConversion {
  return { kind: 'table', table: prepareTable(table) };
}
