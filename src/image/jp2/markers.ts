/** Marker codes of a codestream (ISO/IEC 15444-1, table A.2; CAP of ISO/IEC 15444-15). */
export const Marker = {
  SOC: 0xff4f,
  CAP: 0xff50,
  SIZ: 0xff51,
  COD: 0xff52,
  COC: 0xff53,
  TLM: 0xff55,
  PLT: 0xff58,
  QCD: 0xff5c,
  QCC: 0xff5d,
  RGN: 0xff5e,
  POC: 0xff5f,
  PPM: 0xff60,
  PPT: 0xff61,
  SOT: 0xff90,
  SOP: 0xff91,
  EPH: 0xff92,
  SOD: 0xff93,
  EOC: 0xffd9,
} as const;

/** A marker segment: its bytes begin with the marker and its length. */
export interface Segment {
  readonly marker: number;
  readonly bytes: Uint8Array;
}

/** Scod (table A.13): precincts have sizes of their own; packets end with EPH. */
export const CODING_STYLE = { precincts: 1, eph: 4 } as const;

/** Styles of code-blocks (table A.19; HT: ISO/IEC 15444-15, section A.4). */
export const BLOCK_STYLE = { bypass: 1, terminateAll: 4, highThroughput: 0x40 } as const;

/** The same bytes, as numbers. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
