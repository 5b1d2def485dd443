import { ImageServerError } from '../../errors.ts';
import { damaged } from '../header-windows.ts';
import type { Orientation } from '../image.ts';
import { type Box, BoxWalker, boxLength } from './boxes.ts';
import { cicpProfile } from './cicp.ts';
import { type HeaderBytes, textAt } from './header-bytes.ts';
import { checkedProfile } from './profile.ts';
import type { PlainHeader } from './structure.ts';

/** Boxes at the top of a file before `meta`, which as a rule is the second. */
const MAX_TOP_BOXES = 16;

/** The index of a picture: 300 bytes, or as many kilobytes with a profile and Exif beside it. */
const MAX_META_LENGTH = 9 * 2 ** 20;

/**
 * Reads the index of an AVIF (ISO/IEC 23008-12 and AV1 Image File Format): size, turning, colour of its primary item.
 * @throws {ImageServerError} 502 when it is damaged, 501 when it is a film without a still picture.
 */
export async function readAvifHeader(header: HeaderBytes): Promise<PlainHeader> {
  const meta = await readMeta(header);
  const walker = new BoxWalker();
  // A full box: version and flags come first.
  const inMeta = [...walker.boxes(meta, 4, meta.byteLength)];
  const find = (type: string) => inMeta.find((box) => box.type === type);
  const [pitm, iprp] = [find('pitm'), find('iprp')];
  if (!pitm || !iprp) throw damaged('the AVIF names no primary picture');
  const primary = pitmItem(meta, pitm);
  const inProperties = [...walker.boxes(meta, iprp.start, iprp.end, 1)];
  const ipco = inProperties.find(({ type }) => type === 'ipco');
  if (!ipco) throw damaged('the AVIF has no properties');
  const properties = [...walker.boxes(meta, ipco.start, ipco.end, 2)];
  const used = inProperties
    .filter(({ type }) => type === 'ipma')
    .flatMap((box) => associations(meta, box, primary))
    .map((index) => properties[index - 1])
    .filter((box) => box !== undefined);
  const alpha = properties.some((box) => box.type === 'auxC' && isAlpha(meta, box));
  return headerOf(meta, used, alpha);
}

/** The `meta` box, without its header. */
async function readMeta(header: HeaderBytes): Promise<DataView> {
  let offset = 0;
  for (let count = 0; count < MAX_TOP_BOXES; count++) {
    const start = await header.view(offset, 16);
    const { length, header: head } = boxLength(start, 0);
    const type = textAt(start, 4, 4);
    if (type === 'moov') break;
    if (length < head) throw damaged(`the AVIF has a box of ${length} bytes at byte ${offset}`);
    if (type === 'meta') {
      if (length > MAX_META_LENGTH) throw damaged(`the AVIF has an index of ${length} bytes`);
      return header.view(offset + head, length - head);
    }
    offset += length;
  }
  throw new ImageServerError(
    501,
    'The source is an AVIF without a still picture, which Potto does not read. Store one of its frames as a picture.',
  );
}

function pitmItem(view: DataView, { start, end }: Box): number {
  const wide = view.getUint8(start) > 0;
  if (end - start < (wide ? 8 : 6)) throw damaged('the AVIF names no primary picture');
  return wide ? view.getUint32(start + 4) : view.getUint16(start + 4);
}

/** Numbers, from 1, of the properties of an item (ISO/IEC 23008-12, section 9.3.1). */
function associations(view: DataView, { start, end }: Box, item: number): number[] {
  if (end - start < 8) return [];
  const wideItems = view.getUint8(start) > 0;
  const wideIndices = (view.getUint8(start + 3) & 1) === 1;
  const entries = view.getUint32(start + 4);
  const head = wideItems ? 5 : 3;
  const step = wideIndices ? 2 : 1;
  const found: number[] = [];
  let at = start + 8;
  for (let i = 0; i < entries && at + head <= end; i++) {
    const id = wideItems ? view.getUint32(at) : view.getUint16(at);
    const count = view.getUint8(at + head - 1);
    at += head;
    if (at + count * step > end) throw damaged('the AVIF has properties that end too early');
    for (let k = 0; k < count && id === item; k++) {
      found.push(wideIndices ? view.getUint16(at + 2 * k) & 0x7fff : view.getUint8(at + k) & 0x7f);
    }
    at += count * step;
  }
  return found;
}

function isAlpha(view: DataView, { start, end }: Box): boolean {
  return /:alpha|auxid:1/.test(textAt(view, start + 4, Math.min(80, end - start - 4)));
}

function headerOf(view: DataView, properties: readonly Box[], alpha: boolean): PlainHeader {
  const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
  const read = { width: 0, height: 0, channels: 3, bits: 8, angle: 0 };
  let axis: number | undefined;
  let icc: Uint8Array | undefined;
  let cicp: Uint8Array | undefined;
  for (const { type, start, end } of properties) {
    const length = end - start;
    if (type === 'ispe' && length >= 12) {
      read.width = view.getUint32(start + 4);
      read.height = view.getUint32(start + 8);
    }
    if (type === 'pixi' && length >= 6) {
      read.channels = view.getUint8(start + 4);
      read.bits = view.getUint8(start + 5);
    }
    if (type === 'irot' && length >= 1) read.angle = view.getUint8(start) & 3;
    if (type === 'imir' && length >= 1) axis = view.getUint8(start) & 1;
    if (type === 'clap') throw cropped();
    if (type !== 'colr' || length < 8) continue;
    const kind = textAt(view, start, 4);
    if (kind === 'prof' || kind === 'rICC') icc = checkedProfile([bytes.subarray(start + 4, end)]);
    if (kind === 'nclx') cicp = cicpProfile(view.getUint16(start + 4), view.getUint16(start + 6));
  }
  return {
    width: read.width,
    height: read.height,
    colour: {
      space: read.channels === 1 ? 'grey' : 'rgb',
      bitsPerSample: read.bits,
      alpha: alpha ? 'unassociated' : 'none',
    },
    orientation: orientationFrom(read.angle, axis),
    profile: icc ?? cicp,
    resolution: undefined,
  };
}

/** Quarter turns to the left first, then mirrored: top ↔ bottom (axis 0) or left ↔ right (1). */
function orientationFrom(angle: number, axis: number | undefined): Orientation {
  const turned = [1, 8, 3, 6] as const;
  const topBottom = [4, 5, 2, 7] as const;
  const leftRight = [2, 7, 4, 5] as const;
  const known = axis === undefined ? turned : axis === 0 ? topBottom : leftRight;
  return known[angle] ?? 1;
}

function cropped(): ImageServerError {
  return new ImageServerError(
    501,
    'The source is an AVIF that shows only a part of its picture (clap), which Potto does not read. Store it without.',
  );
}
