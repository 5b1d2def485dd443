import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ImageServerError } from '../../src/errors.ts';
import type { ImageStructure } from '../../src/image/open.ts';
import { cog, libvipsPyramid } from './files.ts';
import { MemoryIndex } from './stores.ts';
import { ORIGIN, type Subject, startSubject, takeRanges } from './subject.ts';

let front: Uint8Array;
let spread: Uint8Array;
let subject: Subject;
beforeAll(async () => {
  [front, spread] = await Promise.all([cog('red'), libvipsPyramid(3000, 2000)]);
  subject = await startSubject(front);
});
beforeEach(() => {
  subject.store.bytes = front;
  takeRanges(subject.store);
});
afterAll(() => subject.close());

/** A server that knows the index of a file from an earlier life, and has read nothing else of it. */
async function withKeptIndex(file: Uint8Array) {
  subject.store.bytes = file;
  const index = new MemoryIndex<ImageStructure>();
  await subject.start({ index }).ask('3/photo/info.json');
  takeRanges(subject.store);
  return subject.start({ index });
}

describe('the first info.json', () => {
  test('costs one request where the index stands at the front', async () => {
    const { ask } = subject.start();
    expect((await ask('3/photo/info.json')).status).toBe(200);
    expect(takeRanges(subject.store)).toEqual([32_768]);
  });

  test('costs one for the header, one for the first level, and one for the end with all others, where it is spread', async () => {
    subject.store.bytes = spread;
    const { ask } = subject.start();
    const info = await (await ask('3/photo/info.json')).json();
    expect(info.tiles[0].scaleFactors).toHaveLength(5);
    const [header, ...others] = takeRanges(subject.store);
    // These two are asked for side by side.
    const [level, end] = others.sort((a, b) => a - b);
    expect([header, level, others.length]).toEqual([32_768, 32_768, 2]);
    // Three eighths of what is behind the first level's tiles.
    expect(end).toBeLessThan(spread.length / 7);
  });

  test('costs the same when many ask at once', async () => {
    const { ask } = subject.start();
    const answers = await Promise.all(Array.from({ length: 12 }, () => ask('3/photo/info.json')));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 12 }, () => 200));
    expect(takeRanges(subject.store)).toHaveLength(1);
  });
});

describe('a warm answer', () => {
  test('of info.json costs no request', async () => {
    subject.store.bytes = spread;
    const { ask } = subject.start();
    await ask('3/photo/info.json');
    takeRanges(subject.store);
    await ask('3/photo/info.json');
    await ask('2/photo/info.json');
    expect(takeRanges(subject.store)).toEqual([]);
  });

  test('of info.json costs no request after a restart either, where the index was kept', async () => {
    subject.store.bytes = spread;
    const index = new MemoryIndex<ImageStructure>();
    const before = await (await subject.start({ index }).ask('3/photo/info.json')).text();
    takeRanges(subject.store);
    const after = await subject.start({ index }).ask('3/photo/info.json');
    expect(await after.text()).toBe(before);
    expect(takeRanges(subject.store)).toEqual([]);
  });

  test.each([
    ['of the full resolution, and those on both sides of it,', 3, '3/photo/512,512,256,256/256,256/0/default.jpg'],
    ['of a level, and the one beside it,', 2, '3/photo/512,0,512,512/256,256/0/default.jpg'],
    ['of a level of one tile', 1, '3/photo/0,0,1024,1024/256,256/0/default.jpg'],
    ['in another format', 1, '3/photo/0,0,1024,1024/256,256/0/default.png'],
  ])('with a tile %s costs one request of exactly %i times its bytes', async (_, tiles, path) => {
    const { ask } = await withKeptIndex(front);
    const answer = await ask(path);
    const ranges = takeRanges(subject.store);
    expect(ranges).toHaveLength(1);
    if (path.endsWith('.jpg')) expect(ranges).toEqual([tiles * (await answer.arrayBuffer()).byteLength]);
  });

  test('with the neighbour of a tile that was asked for costs no request', async () => {
    const { ask } = await withKeptIndex(front);
    await ask('3/photo/512,512,256,256/256,256/0/default.jpg');
    takeRanges(subject.store);
    for (const x of [256, 768]) {
      const answer = await ask(`3/photo/${x},512,256,256/256,256/0/default.jpg`);
      expect(answer.headers.get('server-timing')).toBe('ahead, passthrough');
    }
    expect(takeRanges(subject.store)).toEqual([]);
  });

  test('with an edge tile of a level that was rounded down costs one tile', async () => {
    const { ask } = await withKeptIndex(spread);
    // 3000 × 2000 at 16 is 187.5 × 125, of which libvips stores 187 × 125.
    const answer = await ask('3/photo/0,0,3000,2000/188,125/0/default.jpg');
    expect(answer.headers.get('server-timing')).toMatch(/^rendered, /);
    const [range = 0, ...others] = takeRanges(subject.store);
    expect(others).toEqual([]);
    // As small as the tile comes out again: there is no other beside it.
    expect(range).toBeLessThan(1.5 * (await answer.arrayBuffer()).byteLength);
  });

  test('with a tile of the last levels costs no request after an info.json that had to read them', async () => {
    subject.store.bytes = spread;
    const { ask } = subject.start();
    await ask('3/photo/info.json');
    takeRanges(subject.store);
    await ask('3/photo/0,0,3000,2000/188,125/0/default.jpg');
    expect(takeRanges(subject.store)).toEqual([]);
  });
});

test('the same tile asked by many at once is read once', async () => {
  const { ask } = subject.start();
  await ask('3/photo/info.json');
  takeRanges(subject.store);
  const path = '3/photo/256,0,256,256/256,256/0/default.jpg';
  const answers = await Promise.all(Array.from({ length: 8 }, () => ask(path)));
  const bodies = await Promise.all(answers.map(async (answer) => Buffer.from(await answer.arrayBuffer())));
  expect(bodies.every((body) => body.equals(bodies[0] ?? Buffer.alloc(0)))).toBe(true);
  expect(takeRanges(subject.store)).toHaveLength(1);
});

describe('the same render asked by many at once', () => {
  const path = '3/photo/0,0,512,512/200,200/0/default.jpg';

  test('is made once, and kept once', async () => {
    const kept: string[] = [];
    const cache = { match: async () => undefined, put: async (key: string) => void kept.push(key) };
    const { ask, reports } = subject.start({ cache });
    await ask('3/photo/info.json');
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask(path)));
    const bodies = await Promise.all(answers.map(async (answer) => Buffer.from(await answer.arrayBuffer())));
    expect(bodies.every((body) => body.length > 0 && body.equals(bodies[0] ?? Buffer.alloc(0)))).toBe(true);
    const marks = (fact: string) => reports.filter(({ timing }) => timing.has(fact)).length;
    expect([marks('rendered'), marks('shared')]).toEqual([1, 4]);
    expect(kept).toHaveLength(1);
  });

  test('goes on for those who stay, and is kept by one of them', async () => {
    const kept: string[] = [];
    const cache = { match: async () => undefined, put: async (key: string) => void kept.push(key) };
    const { ask, server } = subject.start({ cache });
    await ask('3/photo/info.json');
    const leaver = new AbortController();
    const request = new Request(`${ORIGIN}/iiif/${path}`);
    const left = server.fetch(request, { signal: leaver.signal });
    const stays = ask(path);
    leaver.abort(new ImageServerError(499, 'left'));
    expect((await left).status).toBe(499);
    expect((await stays).status).toBe(200);
    expect(kept).toHaveLength(1);
  });
});

describe('Server-Timing', () => {
  const header = (answer: Response) => answer.headers.get('server-timing') ?? '';

  test('tells a passthrough from a render, and what was read', async () => {
    const { ask, reports } = subject.start();
    const passed = header(await ask('3/photo/0,0,256,256/256,256/0/default.jpg'));
    expect(passed).toMatch(/^passthrough, read;dur=[\d.]+;desc="2 x, \d+ bytes"$/);
    const rendered = header(await ask('3/photo/0,0,256,256/200,200/0/default.png'));
    expect(rendered).toMatch(/^rendered, .*\bread;dur=[\d.]+;desc="1 x, \d+ bytes"/);
    for (const part of ['decode', 'render', 'encode']) expect(rendered).toMatch(new RegExp(`\\b${part};dur=[\\d.]+`));
    expect(reports.map(({ timing }) => timing.read.requests)).toEqual([2, 1]);
  });

  test('may be read by pages of other origins', async () => {
    const { headers } = await subject.start().ask('3/photo/info.json');
    expect(headers.get('timing-allow-origin')).toBe('*');
    expect(headers.get('access-control-expose-headers')).toContain('Server-Timing');
  });
});
