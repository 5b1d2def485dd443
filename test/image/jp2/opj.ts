import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import type { Area } from '../../../src/image/jp2/codestream.ts';
import type { Samples } from './regions.ts';

/** OpenJPEG's own programs are installed. */
export const hasOpj = ['opj_compress', 'opj_decompress'].every((program) => {
  try {
    execFileSync('which', [program], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
});

export type Kind = 'rgb' | 'grey' | 'rgb16' | 'rgba' | 'yuv420';

/** A folder with a picture of each kind, of which opj_compress makes JPEG 2000. */
export class OpjFolder {
  readonly path = mkdtempSync(join(tmpdir(), 'jp2-'));
  readonly #picture: URL;
  readonly #width: number;
  readonly #height: number;

  constructor(picture: URL, width: number, height: number) {
    this.#picture = picture;
    this.#width = width;
    this.#height = height;
  }

  async compress(name: string, kind: Kind, options: readonly string[]): Promise<Uint8Array> {
    const out = join(this.path, name);
    const raw = kind === 'yuv420' ? ['-F', `${this.#width},${this.#height},3,8,u@1x1:2x2:2x2`] : [];
    const input = await this.#input(kind);
    await promisify(execFile)('opj_compress', ['-i', input, '-o', out, ...raw, ...options]);
    return new Uint8Array(readFileSync(out));
  }

  /** What `opj_decompress -d -r` makes of an area of the reference grid. */
  async decompress(name: string, kind: Kind, { x0, y0, x1, y1 }: Area, reduce: number): Promise<Samples> {
    const out = join(this.path, `${name}-${x0}-${y0}-${x1}-${y1}-${reduce}.${kind === 'grey' ? 'pgm' : 'ppm'}`);
    const area = [x0, y0, x1, y1].join();
    const file = join(this.path, name);
    await promisify(execFile)('opj_decompress', ['-i', file, '-o', out, '-d', area, '-r', `${reduce}`]);
    const bytes = readFileSync(out);
    rmSync(out);
    return parsePnm(bytes);
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }

  async #input(kind: Kind): Promise<string> {
    const [width, height] = [this.#width, this.#height];
    const extract = { left: 700, top: 500, width, height };
    const picture = sharp(this.#picture.pathname).extract(extract);
    const name = (extension: string) => join(this.path, `${kind}.${extension}`);
    if (kind === 'rgba') {
      const { data } = await picture.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
      for (let pixel = 0; pixel < width * height; pixel++) data[4 * pixel + 3] = (pixel % width) & 0xff;
      await sharp(data, { raw: { width, height, channels: 4 } })
        .png()
        .toFile(name('png'));
      return name('png');
    }
    const rgb = await picture.raw().toBuffer();
    if (kind === 'yuv420') {
      const half = Math.ceil(width / 2) * Math.ceil(height / 2);
      writeFileSync(name('raw'), rgb.subarray(0, width * height + 2 * half));
      return name('raw');
    }
    const green = Buffer.from(rgb.filter((_, index) => index % 3 === 1));
    const wide = Buffer.alloc(2 * rgb.length);
    for (const [index, value] of rgb.entries()) wide.writeUInt16BE(value * 257, 2 * index);
    const pixels = { grey: green, rgb, rgb16: wide }[kind];
    const file = name(kind === 'grey' ? 'pgm' : 'ppm');
    const head = `${kind === 'grey' ? 'P5' : 'P6'}\n${width} ${height}\n${kind === 'rgb16' ? 65_535 : 255}\n`;
    writeFileSync(file, Buffer.concat([Buffer.from(head), pixels]));
    return file;
  }
}

function parsePnm(bytes: Buffer): Samples {
  const match = /^P[56]\s+(?:#.*\n\s*)?(\d+)\s+(\d+)\s+(\d+)\s/.exec(bytes.subarray(0, 200).toString('latin1'));
  if (!match) throw new Error('no PNM');
  const [width, height, maximum] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const data = bytes.subarray(match[0].length);
  if (maximum < 256) return { width, height, values: data };
  return {
    width,
    height,
    values: Uint16Array.from({ length: data.length / 2 }, (_, index) => data.readUInt16BE(2 * index)),
  };
}
