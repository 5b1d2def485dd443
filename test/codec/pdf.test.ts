import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { packBitonal } from '../../src/codec/bitonal.ts';
import type { Pixels } from '../../src/codec/codec.ts';
import { type PdfOptions, type PdfPicture, pdf } from '../../src/codec/pdf.ts';
import { deflate } from '../../src/codec/png-chunks.ts';
import { rightsPacket } from '../../src/codec/xmp.ts';
import { picture, profileNamed, psnr, reference, sharpOf } from './pictures.ts';

const run = promisify(execFile);
const hasPoppler = await run('pdftoppm', ['-v']).then(
  () => true,
  () => false,
);

const rgb = picture(200, 120, 3);
const jpeg = await sharpOf(rgb).jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer();
const page = { width: 200, height: 120 };
const colour = { kind: 'jpeg', bytes: jpeg, channels: 3 } as const;

/** What a reader finds by the table of offsets: each object's text, by number. */
function objects(file: Uint8Array): Map<number, string> {
  const text = Buffer.from(file).toString('latin1');
  const table = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)?.[1]);
  const [, count] = /^xref\n0 (\d+)\n/.exec(text.slice(table)) ?? [];
  const first = text.indexOf('\n', table + 5) + 1;
  const found = new Map<number, string>();
  for (let number = 0; number < Number(count); number++) {
    const entry = text.slice(first + number * 20, first + number * 20 + 20);
    expect(entry).toMatch(/^\d{10} \d{5} [nf] \n$/);
    if (entry[17] === 'n') found.set(number, text.slice(Number(entry.slice(0, 10))));
  }
  return found;
}

describe('a page', () => {
  test('has every object where its table says', () => {
    const found = objects(pdf(colour, page));
    expect([...found.keys()]).toEqual([1, 2, 3, 4, 5, 6]);
    for (const [number, text] of found) expect(text.startsWith(`${number} 0 obj\n`)).toBe(true);
  });

  test.each([
    ['unknown', undefined, '0 0 200 120'],
    ['300 dpi', { x: 300, y: 300 }, '0 0 48 28.8'],
    ['unequal', { x: 100, y: 200 }, '0 0 144 43.2'],
    ['so low that no reader would draw it', { x: 0.5, y: 0.5 }, '0 0 14400 8640'],
  ] as const)('is as large as its resolution says: %s', (_, resolution, box) => {
    expect(objects(pdf(colour, { ...page, resolution })).get(3)).toContain(`/MediaBox [${box}]`);
  });

  test('has the JPEG in it, byte for byte', () => {
    const file = Buffer.from(pdf(colour, page));
    expect(file.includes(jpeg)).toBe(true);
    expect(objects(file).get(5)).toContain(`/ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /DCTDecode`);
    expect(objects(file).get(5)).toContain(`/Length ${jpeg.length} >>`);
  });

  test('has the bits of black and white', async () => {
    const grey = picture(37, 20, 1);
    const bits = packBitonal({ ...grey, channels: 1 });
    const file = Buffer.from(pdf({ kind: 'bitonal', bytes: await deflate(bits) }, { width: 37, height: 20 }));
    const text = objects(file).get(5) ?? '';
    expect(text).toContain('/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /FlateDecode');
    const stream = Buffer.from(text.slice(text.indexOf('stream\n') + 7, text.indexOf('\nendstream')), 'latin1');
    expect(Buffer.compare(inflateSync(stream), bits)).toBe(0);
  });

  test('tells title, rights and profile', async () => {
    const [profile, xmp] = [await profileNamed('p3'), rightsPacket('© me')];
    const found = objects(pdf(colour, { ...page, profile, xmp, title: 'Seite ü (1)' }));
    expect(found.get(6)).toContain('/Title <feff0053006500690074006500200' + '0fc0020002800310029>');
    expect(found.get(5)).toContain('/ColorSpace [/ICCBased 7 0 R]');
    expect(found.get(7)).toContain(`/N 3 /Alternate /DeviceRGB /Length ${profile.length}`);
    expect(found.get(1)).toContain('/Metadata 8 0 R');
    expect(found.get(8)).toContain(`/Type /Metadata /Subtype /XML /Length ${xmp.length}`);
  });
});

describe.runIf(hasPoppler)('in a reader (Poppler)', () => {
  interface Reading {
    readonly info: string;
    /** The page, drawn with as many pixels as the picture has. */
    readonly pixels: Pixels;
    /** The picture itself. */
    readonly picture: Pixels;
  }

  async function read(content: PdfPicture, options: PdfOptions): Promise<Reading> {
    const folder = await mkdtemp(join(tmpdir(), 'potto-pdf-'));
    try {
      const file = join(folder, 'page.pdf');
      await writeFile(file, pdf(content, options));
      const info = await run('pdfinfo', [file]);
      const dpi = options.resolution?.x ?? 72;
      const drawn = await run('pdftoppm', ['-png', '-r', String(dpi), '-singlefile', file, join(folder, 'page')]);
      const taken = await run('pdfimages', ['-png', file, join(folder, 'picture')]);
      expect(info.stderr + drawn.stderr + taken.stderr).toBe('');
      const pictureOf = async (name: string) => reference(await readFile(join(folder, name)));
      return { info: info.stdout, pixels: await pictureOf('page.png'), picture: await pictureOf('picture-000.png') };
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  test('colour', async () => {
    const { info, pixels } = await read(colour, { ...page, resolution: { x: 300, y: 300 }, title: 'Seite ü (1)' });
    expect(info).toContain('Seite ü (1)');
    expect(info).toMatch(/Page size: +48 x 28\.8 pts/);
    expect(psnr(pixels, await reference(jpeg))).toBeGreaterThan(30);
  });

  test('black and white, with rights', async () => {
    const samples = picture(200, 120, 1).data.map((sample) => (sample > 127 ? 255 : 0));
    const bytes = await deflate(packBitonal({ ...page, channels: 1, data: samples }));
    const reading = await read({ kind: 'bitonal', bytes }, { ...page, xmp: rightsPacket('© me') });
    const expected = await reference(
      await sharpOf({ ...page, channels: 1, data: samples })
        .png()
        .toBuffer(),
    );
    expect(psnr(reading.picture, expected)).toBe(Number.POSITIVE_INFINITY);
    expect(psnr(reading.pixels, expected)).toBeGreaterThan(15);
  });
});
