import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createImageServer } from '../../src/server.ts';
import { loadWasm } from '../codec/load.ts';
import { picture, sharpOf } from '../codec/pictures.ts';
import { type Subject, startSubject } from './subject.ts';

let subject: Subject;
beforeAll(async () => {
  const tiles = { tile: true, tileWidth: 128, tileHeight: 128, pyramid: true, compression: 'jpeg' } as const;
  const file = await sharpOf(picture(512, 384, 3))
    .tiff({ ...tiles, quality: 85 })
    .toBuffer();
  subject = await startSubject(new Uint8Array(file));
});
afterAll(() => subject.close());

const TILE = '128,128,128,128/128,128/0/default.jpg';

async function corner(response: Response): Promise<number[]> {
  const { data } = await sharp(await response.arrayBuffer())
    .raw()
    .toBuffer({ resolveWithObject: true });
  return [...data.subarray(0, 3)];
}

describe('a function decides over each request', () => {
  test('by the identifier and by what is asked', async () => {
    const redactions = [{ x: 0, y: 0, width: 512, height: 384 }];
    const server = subject.start({
      rendering: async ({ identifier, asked }) =>
        identifier === 'private' ? { redactions } : asked.quality === 'gray' ? { rights: 'grey' } : undefined,
    });
    expect(await corner(await server.ask(`3/private/${TILE}`))).toEqual([0, 0, 0]);
    const open = await server.ask(`3/public/${TILE}`);
    expect(open.headers.get('Server-Timing')).toContain('passthrough');
    expect(await corner(open)).not.toEqual([0, 0, 0]);
    const rights = async (quality: string) => {
      const answer = await server.ask(`3/public/full/200,150/0/${quality}.jpg`);
      return Buffer.from(await answer.arrayBuffer()).includes('>grey</rdf:li>');
    };
    expect([await rights('gray'), await rights('color')]).toEqual([true, false]);
  });

  test('whose answers are told apart by what it decided', async () => {
    let secret = false;
    const server = subject.start({
      rendering: () => (secret ? { redactions: [{ x: 130, y: 130, width: 9, height: 9 }] } : {}),
    });
    const before = await server.ask(`3/x/${TILE}`);
    secret = true;
    const etag = before.headers.get('ETag') ?? '';
    const after = await server.ask(`3/x/${TILE}`, { headers: { 'If-None-Match': etag } });
    expect(after.status).toBe(200);
    expect(after.headers.get('ETag')).not.toBe(etag);
  });
});

test('an overlay of words is refused at once where nothing can draw them', () => {
  const options = { sources: 'https://images.example/{id}.tif', wasm: loadWasm };
  const rendering = { overlay: { content: { text: 'Library' } } };
  expect(() => createImageServer({ ...options, rendering })).toThrow(/rasterizeText/);
  const rasterizeText = () => ({ width: 1, height: 1, channels: 4 as const, data: new Uint8Array(4) });
  expect(() => createImageServer({ ...options, rendering, rasterizeText })).not.toThrow();
});
