const TILE_WIDTH = 322;
const SUB_IFDS = 330;

/** What the tests want to know of one IFD. */
export interface IfdFacts {
  readonly tileWidth: number | undefined;
  readonly compression: number | undefined;
  readonly photometric: number | undefined;
  readonly subIfds: number;
}

/** Reads the IFD chain of a little-endian classic TIFF, tags of one SHORT or LONG only. */
export function readIfds(file: Uint8Array): readonly IfdFacts[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const ifds: IfdFacts[] = [];
  for (let ifd = view.getUint32(4, true); ifd !== 0; ) {
    const count = view.getUint16(ifd, true);
    const end = ifd + 2 + count * 12;
    const tags = new Map<number, { type: number; count: number; value: number }>();
    for (let entry = ifd + 2; entry < end; entry += 12) {
      const type = view.getUint16(entry + 2, true);
      tags.set(view.getUint16(entry, true), {
        type,
        count: view.getUint32(entry + 4, true),
        value: type === 3 ? view.getUint16(entry + 8, true) : view.getUint32(entry + 8, true),
      });
    }
    ifds.push({
      tileWidth: tags.get(TILE_WIDTH)?.value,
      compression: tags.get(259)?.value,
      photometric: tags.get(262)?.value,
      subIfds: tags.get(SUB_IFDS)?.count ?? 0,
    });
    ifd = view.getUint32(end, true);
  }
  return ifds;
}
