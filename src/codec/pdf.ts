import type { Resolution } from '../image/image.ts';
import { concat } from './bytes.ts';

/** The picture of a page. */
export type PdfPicture =
  | { readonly kind: 'jpeg'; readonly bytes: Uint8Array; readonly channels: 1 | 3 }
  /** Rows of one bit a pixel, 1 is white, compressed by `deflate`. */
  | { readonly kind: 'bitonal'; readonly bytes: Uint8Array };

export interface PdfOptions {
  /** Of the picture, in pixels. */
  readonly width: number;
  readonly height: number;
  /** `DEFAULT_PDF_DPI` by default. */
  readonly resolution?: Resolution | undefined;
  /** Fits the picture's channels. */
  readonly profile?: Uint8Array | undefined;
  readonly xmp?: Uint8Array | undefined;
  readonly title?: string | undefined;
}

/** Where the resolution isn't known a pixel is a point. */
export const DEFAULT_PDF_DPI = 72;

const POINTS_PER_INCH = 72;
/** Readers draw no longer page (ISO 32000-1, annex C.2). */
const LONGEST_SIDE = 14_400;

/** A PDF 1.7 (ISO 32000-1) of one page that is one picture, as large as its resolution says. */
export function pdf(picture: PdfPicture, options: PdfOptions): Uint8Array {
  const { width, height, profile, xmp, title } = options;
  const [pageWidth, pageHeight] = pageSize(options);
  const grey = picture.kind === 'bitonal' || picture.channels === 1;
  const device = grey ? '/DeviceGray' : '/DeviceRGB';
  const size = `/Width ${width} /Height ${height}`;
  const coding =
    picture.kind === 'jpeg' ? '/BitsPerComponent 8 /Filter /DCTDecode' : '/BitsPerComponent 1 /Filter /FlateDecode';
  const drawing = ascii(`q ${pageWidth} 0 0 ${pageHeight} 0 0 cm /Picture Do Q`);
  const colour = profile ? '[/ICCBased 7 0 R]' : device;

  const objects: (Uint8Array | undefined)[] = [
    ascii(`<< /Type /Catalog /Pages 2 0 R${xmp ? ' /Metadata 8 0 R' : ''} >>`),
    ascii('<< /Type /Pages /Kids [3 0 R] /Count 1 >>'),
    ascii(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${pageWidth} ${pageHeight}] ` +
        '/Resources << /XObject << /Picture 5 0 R >> >> /Contents 4 0 R >>',
    ),
    stream('', drawing),
    stream(`/Type /XObject /Subtype /Image ${size} /ColorSpace ${colour} ${coding}`, picture.bytes),
    ascii(`<< /Producer (Potto)${title === undefined ? '' : ` /Title ${textString(title)}`} >>`),
    profile && stream(`/N ${grey ? 1 : 3} /Alternate ${device}`, profile),
    xmp && stream('/Type /Metadata /Subtype /XML', xmp),
  ];
  return file(objects);
}

function pageSize({ width, height, resolution }: PdfOptions): [width: string, height: string] {
  const x = (width * POINTS_PER_INCH) / (resolution?.x ?? DEFAULT_PDF_DPI);
  const y = (height * POINTS_PER_INCH) / (resolution?.y ?? DEFAULT_PDF_DPI);
  const fit = Math.min(1, LONGEST_SIDE / Math.max(x, y));
  return [number(x * fit), number(y * fit)];
}

/** Numbers have no exponent (section 7.3.3). */
function number(value: number): string {
  return value.toFixed(4).replace(/\.?0+$/, '');
}

function stream(entries: string, data: Uint8Array): Uint8Array {
  return concat([ascii(`<< ${entries} /Length ${data.length} >>\nstream\n`), data, ascii('\nendstream')]);
}

/** UTF-16BE in hexadecimal digits (section 7.9.2.2): nothing in it needs escaping. */
function textString(text: string): string {
  const units = Array.from({ length: text.length }, (_, i) => text.charCodeAt(i).toString(16).padStart(4, '0'));
  return `<feff${units.join('')}>`;
}

/** Objects 1 … in their order, those that are undefined left free, with the table of their offsets (section 7.5.4). */
function file(objects: readonly (Uint8Array | undefined)[]): Uint8Array {
  // Bytes above 127 tell programs that move the file that it isn't text.
  const parts: Uint8Array[] = [ascii('%PDF-1.7\n%'), new Uint8Array([0xe2, 0xe3, 0xcf, 0xd3, 0x0a])];
  const length = () => parts.reduce((sum, part) => sum + part.length, 0);
  const entries = objects.map((object, index) => {
    if (object === undefined) return '0000000000 65535 f \n';
    const entry = `${String(length()).padStart(10, '0')} 00000 n \n`;
    parts.push(ascii(`${index + 1} 0 obj\n`), object, ascii('\nendobj\n'));
    return entry;
  });
  const table = length();
  parts.push(
    ascii(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${entries.join('')}`),
    ascii(`trailer\n<< /Size ${objects.length + 1} /Root 1 0 R /Info 6 0 R >>\nstartxref\n${table}\n%%EOF\n`),
  );
  return concat(parts);
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
