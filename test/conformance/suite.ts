import { beforeAll, describe, expect, it } from 'vitest';
import { PICTURES, type Picture } from './pictures.ts';
import { decode, expectBitonal, expectView } from './pixels.ts';
import { countRows, type ImageRow, type Tables } from './rows.ts';
import { ORIGIN, type Subject, subject } from './subject.ts';

/** The fewest rows a version's tables may have: a table lost in an import must not pass as success. */
const FEWEST_ROWS = 200;

/** What libvips calls the formats that it reads: not pdf. */
const FORMAT = { jpg: 'jpeg', png: 'png', webp: 'webp', gif: 'gif', tif: 'tiff', avif: 'heif' } as const;

/** Runs the tables of one version, each row a test, against the server under test: by default the core in this process. */
export function conformance(version: 2 | 3, tables: Tables, start: () => Promise<Subject> = subject): void {
  let server: Subject;
  beforeAll(async () => {
    server = await start();
    return () => server.close?.();
  });
  const get = (path: string, init?: RequestInit) => server.fetch(`/iiif/${version}/${path}`, init);

  it(`the tables have at least ${FEWEST_ROWS} rows`, () => {
    const rows = countRows(tables);
    console.info(`Image API ${version}: ${rows} cases`);
    expect(rows).toBeGreaterThanOrEqual(FEWEST_ROWS);
  });

  it('no request stands in the tables twice', () => {
    const requests = [...tables.images, ...tables.errors].map(([, path]) => path);
    expect(requests.filter((path, index) => requests.indexOf(path) !== index)).toEqual([]);
  });

  describe('images', () => {
    for (const row of tables.images) {
      const [fact, path] = row;
      it(`${fact}: ${path}`, async () => {
        const answer = await get(path);
        if (answer.status !== 200) expect.fail(`${answer.status}: ${await answer.text()}`);
        expect(answer.headers.get('Access-Control-Allow-Origin')).toBe('*');
        await expectImage(row, await answer.arrayBuffer());
      });
    }
  });

  describe('errors', () => {
    it.each(tables.errors)('%s: %s', async (_, path, status) => {
      const answer = await get(path);
      const text = await answer.text();
      expect(answer.status, text).toBe(status);
      expect(answer.headers.get('Content-Type')).toMatch(/^text\/plain/);
      expect(answer.headers.get('Access-Control-Allow-Origin')).toBe('*');
      expect(text.length, 'a description for people').toBeGreaterThan(20);
    });
  });

  describe('canonical', () => {
    it.each(tables.canonical)('%s: %s', async (_, path, canonical) => {
      const [identifier] = path.split('/');
      const { headers } = await get(path, { method: 'HEAD' });
      expect(headers.get('Link')).toContain(`<${ORIGIN}/iiif/${version}/${identifier}/${canonical}>;rel="canonical"`);
    });
  });

  describe('info.json', () => {
    it.each(tables.info)('%s: %s %s', async (_, identifier, property, value) => {
      const answer = await get(`${identifier}/info.json`);
      expect(answer.status).toBe(200);
      const info: unknown = await answer.json();
      if (value === undefined) expect(info).not.toHaveProperty([property]);
      else expect(info).toHaveProperty([property], value);
    });
  });

  describe('HTTP', () => {
    it.each(tables.http)('%s: %s', async (_, path, exchange, status, headers) => {
      const answer = await server.fetch(`/iiif/${path}`, { ...exchange, redirect: 'manual' });
      expect(answer.status).toBe(status);
      for (const [name, value] of Object.entries(headers)) {
        const found = answer.headers.get(name);
        if (value instanceof RegExp) expect(found, name).toMatch(value);
        else expect(found, name).toBe(value);
      }
      const length = (await answer.arrayBuffer()).byteLength;
      if (exchange.method === 'HEAD' || [204, 303, 304].includes(status)) expect(length, 'body').toBe(0);
      else expect(length, 'body').toBeGreaterThan(0);
    });
  });
}

async function expectImage(row: ImageRow, bytes: ArrayBuffer): Promise<void> {
  const [, path, [width, height], region, turn = '0'] = row;
  const { picture, quality, format } = meaning(path);
  const answer = await decode(bytes);
  expect(answer.format).toBe(FORMAT[format]);

  const degrees = Number(turn.replace('!', ''));
  // How the bounding box of an oblique rotation is rounded is the server's choice (section 4.3, implementation notes).
  const slack = degrees % 90 === 0 ? 0 : 1;
  expect(Math.abs(answer.width - width), `width ${answer.width}, expected ${width}`).toBeLessThanOrEqual(slack);
  expect(Math.abs(answer.height - height), `height ${answer.height}, expected ${height}`).toBeLessThanOrEqual(slack);

  if (quality === 'bitonal') expectBitonal(answer);
  const view = region ?? ([0, 0, picture.width, picture.height] as const);
  const scaled = scaledSize(path, view, [width, height], degrees);
  expectView(picture, answer, { region: view, scaled, mirror: turn.startsWith('!'), degrees }, quality);
}

/** Picture, quality and format of a row's path: what isn't under test in it. */
function meaning(path: string): { picture: Picture; quality: string; format: keyof typeof FORMAT } {
  const [identifier = '', , , , last = ''] = path.replace(/\?.*$/, '').split('/');
  const picture = PICTURES.get(decodeURIComponent(identifier));
  const [quality = '', format] = last.split('.');
  if (picture === undefined || !isFormat(format)) {
    throw new Error(`This row's path is wrong: ${path}`);
  }
  return { picture, quality, format };
}

function isFormat(name: string | undefined): name is keyof typeof FORMAT {
  return name !== undefined && name in FORMAT;
}

/** The region's size before rotation: a quarter turn swaps it; rows that turn obliquely scale by `w,` or not at all. */
function scaledSize(
  path: string,
  [, , width, height]: readonly [number, number, number, number],
  answer: readonly [number, number],
  degrees: number,
): readonly [number, number] {
  if (degrees % 180 === 0) return answer;
  if (degrees % 90 === 0) return [answer[1], answer[0]];
  const [, wanted] = /\/(\d+),\/!?[\d.]+\/\w+\.\w+$/.exec(path) ?? [];
  return wanted === undefined ? [width, height] : [Number(wanted), (height * Number(wanted)) / width];
}
