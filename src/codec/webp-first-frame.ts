import { concat, hasAscii } from './bytes.ts';

/** Where the first frame of an animation is, and the file that it would be alone. */
export interface FirstFrame {
  readonly x: number;
  readonly y: number;
  readonly webp: Uint8Array;
  /** Size of the whole picture, which the frame needn't fill. */
  readonly canvas: { readonly width: number; readonly height: number };
}

/** Chunks before the first frame: header, profile, animation. */
const MAX_CHUNKS = 16;

/** Flags of VP8X (RFC 9649, section 2.7.1). */
const ANIMATION = 0x02;
const ALPHA = 0x10;
/** Of an ANMF chunk, what comes before the frame's own chunks (section 2.7.1.1). */
const FRAME_HEAD = 16;

/** Takes the first frame out of an animated WebP; undefined where the file is none, or has no frame. */
export function firstFrame(webp: Uint8Array): FirstFrame | undefined {
  const view = new DataView(webp.buffer, webp.byteOffset, webp.byteLength);
  if (webp.length < 30 || !hasAscii(webp, 12, 'VP8X') || !(view.getUint8(20) & ANIMATION)) return undefined;
  const canvas = { width: uint24(view, 24) + 1, height: uint24(view, 27) + 1 };
  let offset = 30;
  for (let count = 0; count < MAX_CHUNKS && offset + 8 + FRAME_HEAD <= webp.length; count++) {
    const length = view.getUint32(offset + 4, true);
    if (!hasAscii(webp, offset, 'ANMF')) {
      offset += 8 + length + (length % 2);
      continue;
    }
    const head = offset + 8;
    const chunks = webp.subarray(head + FRAME_HEAD, head + length);
    // A still picture of the extended kind, so that a chunk of alpha may precede the colours.
    const extended = new Uint8Array(18);
    const header = new DataView(extended.buffer);
    extended.set(new TextEncoder().encode('VP8X'));
    header.setUint32(4, 10, true);
    header.setUint8(8, ALPHA);
    extended.set(webp.subarray(head + 6, head + 12), 12);
    const riff = new Uint8Array(12);
    riff.set(new TextEncoder().encode('RIFF'));
    new DataView(riff.buffer).setUint32(4, 4 + extended.length + chunks.length, true);
    riff.set(new TextEncoder().encode('WEBP'), 8);
    return { x: 2 * uint24(view, head), y: 2 * uint24(view, head + 3), webp: concat([riff, extended, chunks]), canvas };
  }
  return undefined;
}

function uint24(view: DataView, offset: number): number {
  return view.getUint16(offset, true) + view.getUint8(offset + 2) * 65_536;
}
