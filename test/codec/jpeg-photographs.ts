import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import type { Pixels } from '../../src/codec/codec.ts';
import { encodeJpeg } from '../../src/codec/jpeg-encode.ts';
import { loadKernel, rasterOf } from '../kernel/load.ts';
import { blocksPerMcu, type Component, mcuSize, readBlocks, tablesOf, writeJpeg } from './jpeg-blocks.ts';

const PHOTOGRAPH = fileURLToPath(new URL('../../demo/images/world-1689.jpg', import.meta.url));

const kernel = await loadKernel();

/** A part of a scanned map, which has everything that makes JPEG work: lines, noise, colour. */
export async function photograph(width: number, height: number): Promise<Pixels> {
  const data = await sharp(PHOTOGRAPH)
    .resize(1600)
    .extract({ left: 300, top: 200, width, height })
    .removeAlpha()
    .raw()
    .toBuffer();
  return { width, height, channels: 3, data };
}

/** Encoded by the encoder under test. */
export function encoded(pixels: Pixels, options: Parameters<typeof encodeJpeg>[1]): Uint8Array {
  const raster = rasterOf(kernel, pixels);
  try {
    return encodeJpeg(raster, options);
  } finally {
    raster.free();
  }
}

/** A JPEG with sampling factors that no encoder here writes, put together of planes, with restart markers. */
export async function subsampled(
  pixels: Pixels,
  components: readonly Component[],
  restartInterval = 0,
): Promise<Uint8Array> {
  const { width, height } = pixels;
  const most = { h: Math.max(...components.map(({ h }) => h)), v: Math.max(...components.map(({ v }) => v)) };
  const planes = await Promise.all(
    components.map(async ({ h, v }, c) => {
      const [w, l] = [Math.ceil((width * h) / most.h), Math.ceil((height * v) / most.v)];
      const samples = plane(pixels, components.length === 1 ? 0 : c);
      const data = await sharp(samples, { raw: { width, height, channels: 1 } })
        .resize(w, l, { fit: 'fill' })
        .toColourspace('b-w')
        .raw()
        .toBuffer();
      const { mcus } = readBlocks(encoded({ width: w, height: l, channels: 1, data }, { sampling: 'grey' }));
      return { columns: Math.ceil(w / 8), blocks: mcus.flat() };
    }),
  );
  const mcu = mcuSize(components);
  const columns = Math.ceil(width / mcu.width);
  const count = columns * Math.ceil(height / mcu.height);
  const owners = blocksPerMcu(components);
  const mcus = Array.from({ length: count }, (_, index) => {
    const seen = components.map(() => 0);
    return owners.map((owner) => {
      const { h, v } = components.length === 1 ? { h: 1, v: 1 } : (components[owner] ?? { h: 1, v: 1 });
      const place = seen[owner] ?? 0;
      seen[owner] = place + 1;
      const x = (index % columns) * h + (place % h);
      const y = Math.floor(index / columns) * v + Math.floor(place / h);
      const from = planes[owner];
      return (x < (from?.columns ?? 0) ? from?.blocks[y * from.columns + x] : undefined) ?? new Int16Array(64);
    });
  });
  const tables = tablesOf(
    encoded({ width: 8, height: 8, channels: 1, data: new Uint8Array(64) }, { sampling: '4:4:4' }),
  );
  return writeJpeg({ width, height, components, mcus }, { tables: alike(tables), restartInterval });
}

/** Y, Cb or Cr (ITU-T T.871, section 7), or red for black. */
function plane({ width, height, data }: Pixels, component: number): Uint8Array {
  const weights = [
    [0.299, 0.587, 0.114, 0],
    [-0.1687, -0.3313, 0.5, 128],
    [0.5, -0.4187, -0.0813, 128],
    [1, 0, 0, 0],
  ][component] ?? [0, 0, 0, 0];
  const [r = 0, g = 0, b = 0, offset = 0] = weights;
  return Uint8Array.from({ length: width * height }, (_, i) => {
    const [red = 0, green = 0, blue = 0] = data.subarray(3 * i, 3 * i + 3);
    return Math.max(0, Math.min(255, Math.round(r * red + g * green + b * blue + offset)));
  });
}

/** The planes were all quantised as luma: the second quantisation table becomes the first. */
function alike(tables: Uint8Array): Uint8Array {
  const changed = Uint8Array.from(tables);
  changed.copyWithin(5 + 65, 5, 5 + 64);
  return changed;
}
