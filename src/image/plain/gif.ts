import { damaged } from '../header-windows.ts';
import { type HeaderBytes, textAt } from './header-bytes.ts';
import type { PlainHeader } from './structure.ts';

/** Extensions before the first frame; more are made to keep us busy. */
const MAX_BLOCKS = 4096;

const EXTENSION = 0x21;
const IMAGE = 0x2c;
const GRAPHIC_CONTROL = 0xf9;

/**
 * Reads the header of a GIF (GIF89a, sections 17–23) up to its first frame: the logical screen, which is the picture's
 * size, and whether anything of it is transparent.
 */
export async function readGifHeader(header: HeaderBytes): Promise<PlainHeader> {
  const screen = await header.view(0, 13);
  if (!/^GIF8[79]a$/.test(textAt(screen, 0, 6))) throw damaged('it does not begin as a GIF');
  const [width, height] = [screen.getUint16(6, true), screen.getUint16(8, true)];
  const flags = screen.getUint8(10);
  let offset = 13 + (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  let transparent = false;
  for (let count = 0; count < MAX_BLOCKS; count++) {
    const kind = (await header.view(offset, 1)).getUint8(0);
    if (kind === IMAGE) {
      const frame = await header.view(offset + 1, 8);
      const [x = 0, y = 0, w = 0, h = 0] = [0, 2, 4, 6].map((at) => frame.getUint16(at, true));
      const covers = x === 0 && y === 0 && w >= width && h >= height;
      return {
        width,
        height,
        colour: { space: 'rgb', bitsPerSample: 8, alpha: transparent || !covers ? 'unassociated' : 'none' },
        orientation: 1,
        profile: undefined,
        resolution: undefined,
      };
    }
    if (kind !== EXTENSION) throw damaged(`the GIF has no block at byte ${offset}`);
    const extension = await header.view(offset + 1, 3);
    if (extension.getUint8(0) === GRAPHIC_CONTROL) transparent = (extension.getUint8(2) & 1) === 1;
    offset = await endOfBlocks(header, offset + 2);
  }
  throw damaged(`the GIF has more than ${MAX_BLOCKS} extensions before its first frame`);
}

/** Position after a chain of sub-blocks (section 15). */
async function endOfBlocks(header: HeaderBytes, start: number): Promise<number> {
  let offset = start;
  for (let count = 0; count < MAX_BLOCKS; count++) {
    const length = (await header.view(offset, 1)).getUint8(0);
    offset += 1 + length;
    if (length === 0) return offset;
  }
  throw damaged(`the GIF has an extension of more than ${MAX_BLOCKS} blocks`);
}
