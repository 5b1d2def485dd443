import { damaged, type HeaderWindows } from '../header-windows.ts';
import { type Box, BoxWalker, boxLength } from '../plain/boxes.ts';
import { textAt } from '../plain/header-bytes.ts';
import { viewOf } from './markers.ts';
import { unsupported } from './unsupported.ts';

/** Boxes before the codestream: some ten, with metadata of all kinds some more. */
const MAX_TOP_BOXES = 64;

/** The header box: 100 bytes, and a profile. */
const MAX_HEADER_LENGTH = 9 * 2 ** 20;

/** Boxes in which the boxes stand that say what the samples mean (ISO/IEC 15444-1, section I.5.3; 15444-2, M.11). */
const SUPERBOXES: readonly string[] = ['jp2h', 'jpch', 'jplh', 'cgrp', 'res '];

/** The boxes before a codestream, those within others too, each with its content. */
export interface Jp2Boxes {
  readonly boxes: readonly { readonly type: string; readonly content: DataView }[];
  /** First byte of the codestream, and the byte behind its last; undefined where the box is as long as the file. */
  readonly start: number;
  readonly end: number | undefined;
}

/**
 * Reads the boxes of a JP2, JPX or JPH (annex I), or nothing of a codestream without any.
 * @throws {ImageServerError} 502 where they are damaged, 501 where the codestream is in pieces.
 */
export async function readBoxes(windows: HeaderWindows): Promise<Jp2Boxes> {
  const boxes: { type: string; content: DataView }[] = [];
  const walker = new BoxWalker();
  if (viewOf(await windows.read({ offset: 0, length: 2 })).getUint16(0) === 0xff4f) {
    return { boxes, start: 0, end: undefined };
  }
  let offset = 0;
  for (let count = 0; count < MAX_TOP_BOXES; count++) {
    const head = viewOf(await windows.read({ offset, length: 16 }));
    const { length, header } = boxLength(head, 0);
    const type = textAt(head, 4, 4);
    if (type === 'jp2c') return { boxes, start: offset + header, end: length === 0 ? undefined : offset + length };
    if (type === 'ftbl') throw unsupported('its codestream is in fragments (box ftbl)');
    if (length < header) throw damaged(`a box "${type}" at byte ${offset} claims ${length} bytes`);
    if (SUPERBOXES.includes(type)) {
      if (length > MAX_HEADER_LENGTH) throw damaged(`its header box claims ${length} bytes`);
      const content = viewOf(await windows.read({ offset: offset + header, length: length - header }));
      for (const box of within(walker, content, 0, content.byteLength, 0)) {
        const bytes = new Uint8Array(content.buffer, content.byteOffset + box.start, box.end - box.start).slice();
        boxes.push({ type: box.type, content: viewOf(bytes) });
      }
    }
    offset += length;
  }
  throw damaged(`it has no codestream among its first ${MAX_TOP_BOXES} boxes`);
}

function* within(walker: BoxWalker, view: DataView, start: number, end: number, depth: number): Generator<Box> {
  for (const box of walker.boxes(view, start, end, depth)) {
    if (SUPERBOXES.includes(box.type)) yield* within(walker, view, box.start, box.end, depth + 1);
    else yield box;
  }
}
