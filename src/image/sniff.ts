import type { PictureFormat } from './image.ts';
import { isTiff } from './tiff/ifd.ts';

/** Bytes that tell every format below. */
export const SNIFF_LENGTH = 64;

/** What the first bytes of an object say it is. */
export type Sniffed =
  | { readonly kind: 'tiff' }
  | { readonly kind: 'jp2' }
  | { readonly kind: 'plain'; readonly format: PictureFormat }
  | { readonly kind: 'html' | 'empty' | 'truncated' | 'unknown' }
  /** A file of a known kind that isn't read; `extension` as vips knows it, undefined where vips doesn't read it either. */
  | { readonly kind: 'other'; readonly name: string; readonly extension: string | undefined };

/** Bytes at a position, as latin-1 text. */
interface Signature {
  readonly at: number;
  readonly text: string;
  readonly name: string;
  readonly extension?: string;
}

const SIGNATURES: readonly Signature[] = [
  { at: 4, text: 'ftypheic', name: 'a HEIC', extension: 'heic' },
  { at: 4, text: 'ftypmif1', name: 'a HEIF', extension: 'heif' },
  { at: 0, text: '%PDF-', name: 'a PDF', extension: 'pdf' },
  { at: 0, text: '\x1f\x8b', name: 'gzip data' },
  { at: 0, text: '<?xml', name: 'an XML document' },
  { at: 0, text: '<svg', name: 'an SVG', extension: 'svg' },
];

const PICTURES: readonly (Pick<Signature, 'at' | 'text'> & { readonly format: PictureFormat })[] = [
  { at: 0, text: '\xff\xd8\xff', format: 'jpeg' },
  { at: 0, text: '\x89PNG\r\n\x1a\n', format: 'png' },
  { at: 8, text: 'WEBP', format: 'webp' },
  { at: 0, text: 'GIF8', format: 'gif' },
  { at: 4, text: 'ftypavif', format: 'avif' },
  { at: 4, text: 'ftypavis', format: 'avif' },
];

/** Beginnings of JPEG 2000: a file of boxes (ISO/IEC 15444-1, section I.5.1), and a codestream alone (A.4.1). */
const JPEG_2000 = ['\0\0\0\x0cjP  \r\n\x87\n', '\xff\x4f\xff\x51'];

/** Brands beside the first, at which a HEIF is an AVIF too (ISO/IEC 14496-12, section 4.3). */
const AVIF_BRANDS = /^ftyp(mif1|msf1|miaf).*avi[fs]/s;

/** Tells by content, never by name, what an object is: `start` are its first bytes, up to `SNIFF_LENGTH`. */
export function sniff(start: Uint8Array): Sniffed {
  if (start.length === 0) return { kind: 'empty' };
  if (start.length < 8) return { kind: 'truncated' };
  if (isTiff(start)) return { kind: 'tiff' };
  const text = String.fromCharCode(...start.subarray(0, SNIFF_LENGTH));
  if (JPEG_2000.some((signature) => text.startsWith(signature))) return { kind: 'jp2' };
  const trimmed = text.replace(/^\xef\xbb\xbf/, '').trimStart();
  if (/^<(!doctype html|html|head|body)/i.test(trimmed)) return { kind: 'html' };
  const picture = PICTURES.find((signature) => text.startsWith(signature.text, signature.at));
  if (picture) return { kind: 'plain', format: picture.format };
  if (AVIF_BRANDS.test(text.slice(4))) return { kind: 'plain', format: 'avif' };
  const found = SIGNATURES.find((signature) => {
    const within = signature.text.startsWith('<') ? trimmed : text;
    return within.startsWith(signature.text, signature.at);
  });
  return found ? { kind: 'other', name: found.name, extension: found.extension } : { kind: 'unknown' };
}
