import type { Resolution } from '../image/image.ts';
import { concat, hasAscii } from './bytes.ts';

/** PNG (W3C, third edition), section 5.2. */
export const PNG_SIGNATURE = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

/** Signature and IHDR, the chunk that comes first and has a fixed length. */
const HEAD_LENGTH = 8 + 25;

/** One chunk: length, type, data and CRC (section 5.3). */
export function pngChunk(type: string, data: Uint8Array): Uint8Array {
  const chunk = new Uint8Array(data.length + 12);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, data.length);
  chunk.set(ascii(type), 4);
  chunk.set(data, 8);
  view.setUint32(data.length + 8, crc32(chunk.subarray(4, data.length + 8)));
  return chunk;
}

/** The size a PNG's header states; undefined where the bytes don't begin with one. */
export function pngSize(png: Uint8Array): { readonly width: number; readonly height: number } | undefined {
  const signed = PNG_SIGNATURE.every((byte, i) => png[i] === byte);
  if (!signed || png.length < HEAD_LENGTH || !hasAscii(png, 12, 'IHDR')) return undefined;
  const view = new DataView(png.buffer, png.byteOffset);
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

/** What a PNG tells beside its picture. */
export interface PngMetadata {
  readonly profile?: Uint8Array | undefined;
  readonly resolution?: Resolution | undefined;
  readonly xmp?: Uint8Array | undefined;
}

/** Embeds metadata in a PNG, as chunks behind IHDR: iCCP, pHYs, iTXt (sections 11.3.2.3, 11.3.4.3, 11.3.3.4). */
export async function withPngMetadata(png: Uint8Array, metadata: PngMetadata): Promise<Uint8Array> {
  const { profile, resolution, xmp } = metadata;
  const chunks: Uint8Array[] = [];
  if (profile) chunks.push(pngChunk('iCCP', concat([ascii('ICC profile\0\0'), await deflate(profile)])));
  if (resolution) chunks.push(pngChunk('pHYs', physicalSize(resolution)));
  if (xmp) chunks.push(pngChunk('iTXt', concat([ascii('XML:com.adobe.xmp\0\0\0\0\0'), xmp])));
  return chunks.length === 0 ? png : concat([png.subarray(0, HEAD_LENGTH), ...chunks, png.subarray(HEAD_LENGTH)]);
}

function physicalSize({ x, y }: Resolution): Uint8Array {
  const data = new Uint8Array(9);
  const view = new DataView(data.buffer);
  view.setUint32(0, Math.round(x * INCHES_PER_METRE));
  view.setUint32(4, Math.round(y * INCHES_PER_METRE));
  view.setUint8(8, METRE);
  return data;
}

const INCHES_PER_METRE = 1 / 0.0254;
const METRE = 1;

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** zlib data (RFC 1950). */
export async function deflate(bytes: Uint8Array): Promise<Uint8Array> {
  const compressed = new Blob([concat([bytes])]).stream().pipeThrough(new CompressionStream('deflate'));
  return new Uint8Array(await new Response(compressed).arrayBuffer());
}

/** CRC of every byte (annex D). */
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
  return crc;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (CRC_TABLE[(crc ^ byte) & 255] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
