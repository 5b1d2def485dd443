import { isBitonal, packBitonal } from '../codec/bitonal.ts';
import type { EncodeOptions } from '../codec/codec.ts';
import type { Encoders } from '../codec/encoders.ts';
import { fittingProfile } from '../codec/icc.ts';
import { encodeJpeg } from '../codec/jpeg-encode.ts';
import { pdf } from '../codec/pdf.ts';
import { deflate } from '../codec/png-chunks.ts';
import { rightsPacket } from '../codec/xmp.ts';
import type { Format } from '../iiif/request.ts';
import type { Resolution } from '../image/image.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Raster } from '../kernel/raster.ts';
import { DEFAULT_QUALITY, type Rendering } from './rendering.ts';

export interface EncodeSettings {
  readonly format: Format;
  /** The raster's colours are all grey. */
  readonly isGrey: boolean;
  readonly rendering: Rendering;
  /** ICC profile of the raster's colours; left out where the format can't hold it. */
  readonly profile: Uint8Array | undefined;
  readonly resolution: Resolution | undefined;
  /** Name of the image, for formats that have a title. */
  readonly title: string | undefined;
}

/** Whether transparent pixels stay so in this format. */
export function carriesAlpha(format: Format): boolean {
  return format !== 'jpg' && format !== 'pdf';
}

/**
 * Writes a raster in the format that is asked for. What it needs of the raster it takes before it returns its promise:
 * the raster may be freed then.
 * @throws {ImageServerError} 501 when it is too large for the format, 503 when its encoder can't be loaded.
 */
export async function encode(
  kernel: Kernel,
  raster: Raster,
  encoders: Encoders,
  settings: EncodeSettings,
): Promise<Uint8Array> {
  const { format, isGrey, rendering, profile, resolution } = settings;
  const { encoding, rights } = rendering;
  const metadata = { profile, resolution, xmp: rightsPacket(rights) };
  if (format === 'pdf') return encodePdf(kernel, raster, settings, metadata);
  if (format === 'jpg') {
    const { quality = DEFAULT_QUALITY, effort } = encoding.jpg ?? {};
    const sampling = isGrey ? 'grey' : (encoding.jpg?.sampling ?? '4:2:0');
    const options = { ...metadata, quality, sampling, profile: fittingProfile(profile, isGrey ? 1 : 3) } as const;
    if (effort !== 'small') return encodeJpeg(raster, options);
    return encoders.smallJpeg(kernel.read(raster, isGrey ? 1 : 3), options);
  }
  const pixels = kernel.read(raster, !raster.opaque ? 4 : isGrey ? 1 : 3);
  return encoders[format].encode(pixels, { ...optionsOf(format, encoding), ...metadata });
}

function optionsOf(format: Exclude<Format, 'jpg' | 'pdf'>, encoding: Rendering['encoding']): EncodeOptions {
  switch (format) {
    case 'webp':
    case 'avif':
    case 'tif':
      return encoding[format] ?? {};
    case 'png':
    case 'gif':
      return {};
  }
}

/** Black and white as bits, everything else as JPEG. */
async function encodePdf(
  kernel: Kernel,
  raster: Raster,
  { isGrey, rendering, title }: EncodeSettings,
  metadata: Pick<EncodeOptions, 'profile' | 'resolution' | 'xmp'>,
): Promise<Uint8Array> {
  const { width, height } = raster;
  const channels = isGrey ? 1 : 3;
  const page = { width, height, title, ...metadata, profile: fittingProfile(metadata.profile, channels) };
  const grey = isGrey ? kernel.read(raster, 1) : undefined;
  if (grey && isBitonal(grey)) return pdf({ kind: 'bitonal', bytes: await deflate(packBitonal(grey)) }, page);
  const { quality = DEFAULT_QUALITY } = rendering.encoding.pdf ?? {};
  const bytes = encodeJpeg(raster, { quality, sampling: isGrey ? 'grey' : '4:2:0' });
  return pdf({ kind: 'jpeg', bytes, channels }, page);
}
