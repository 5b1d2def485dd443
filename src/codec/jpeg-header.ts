import { concat } from './bytes.ts';
import { iccSegments } from './icc.ts';
import type { HuffmanTable } from './jpeg-huffman.ts';
import { type JpegMetadata, jfifSegment, xmpSegment } from './jpeg-metadata.ts';
import { type JpegQuality, zigzag } from './jpeg-quality.ts';
import { CHROMA_AC, CHROMA_DC, LUMA_AC, LUMA_DC } from './jpeg-standard-tables.ts';

/** Subsampling of the colour differences, or grey without them. */
export type JpegSampling = '4:2:0' | '4:4:4' | 'grey';

export interface JpegHeader extends JpegMetadata {
  readonly width: number;
  readonly height: number;
  readonly sampling: JpegSampling;
  readonly quality: JpegQuality;
  /** ICC profile, embedded whatever it is. */
  readonly profile?: Uint8Array | undefined;
}

/** Everything before the entropy-coded data: SOI, JFIF, XMP, ICC, tables, frame, scan. */
export function jpegHeader(header: JpegHeader): Uint8Array {
  const { width, height, sampling, quality, profile, resolution, xmp } = header;
  const grey = sampling === 'grey';
  const ids = grey ? [1] : [1, 2, 3];
  const factors = sampling === '4:2:0' ? 0x22 : 0x11;
  const frame = ids.flatMap((id) => [id, id === 1 ? factors : 0x11, id === 1 ? 0 : 1]);
  const size = [height >> 8, height & 255, width >> 8, width & 255];
  return concat([
    new Uint8Array([0xff, 0xd8]),
    jfifSegment(resolution),
    xmpSegment(xmp),
    ...(profile ? [iccSegments(profile)] : []),
    segment(0xdb, [0, ...zigzag(quality.luma), ...(grey ? [] : [1, ...zigzag(quality.chroma)])]),
    segment(0xc0, [8, ...size, ids.length, ...frame]),
    segment(0xc4, [
      ...huffman(0x00, LUMA_DC),
      ...huffman(0x10, LUMA_AC),
      ...(grey ? [] : [...huffman(0x01, CHROMA_DC), ...huffman(0x11, CHROMA_AC)]),
    ]),
    segment(0xda, [ids.length, ...ids.flatMap((id) => [id, id === 1 ? 0x00 : 0x11]), 0, 63, 0]),
  ]);
}

function segment(marker: number, content: readonly number[]): Uint8Array {
  const length = content.length + 2;
  return new Uint8Array([0xff, marker, length >> 8, length & 255, ...content]);
}

function huffman(place: number, { counts, symbols }: HuffmanTable): number[] {
  return [place, ...counts, ...symbols];
}
