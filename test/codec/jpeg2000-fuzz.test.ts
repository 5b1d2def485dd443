import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { decodeJpeg2000, type Jpeg2000Decoder } from '../../src/codec/jpeg2000.ts';
import { instantiateOpenJpeg, type OpenJpeg } from '../../src/codec/jpeg2000-wasm.ts';
import { ImageServerError } from '../../src/errors.ts';
import type { Jpeg2000Encoding } from '../../src/image/image.ts';
import { Random } from '../kernel/random.ts';
import { codestreamOf, hasOpenJpeg, jpeg2000Tile, rawPicture } from './jpeg2000-files.ts';
import { loadWasm } from './load.ts';

/** `FUZZ_STREAMS=5000 FUZZ_SEED=7 npx vitest run test/codec/jpeg2000-fuzz.test.ts` for more, or others. */
const STREAMS = Number(process.env.FUZZ_STREAMS ?? 300);
const SEED = Number(process.env.FUZZ_SEED ?? 1);

/** Milliseconds for one stream of 200 × 150 pixels, on a machine that does other things too. */
const DEADLINE = 2000;

/** What the decoder may grow to; see openjpeg/build.mjs. */
const MAX_HEAP = 512 * 2 ** 20;

interface Base {
  readonly codestream: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly more: Partial<Jpeg2000Encoding>;
}

function bases(): readonly [Base, ...Base[]] {
  const stored = readFileSync(new URL('picture-64x48.j2k', import.meta.url));
  const small = { codestream: new Uint8Array(stored), width: 64, height: 48, more: {} };
  if (!hasOpenJpeg) return [small];
  const [width, height] = [200, 150];
  const grey = { space: 'grey', channels: [0] } as const;
  const options: readonly (readonly [number, number, readonly string[]])[] = [
    [8, 3, []],
    [8, 3, ['-I', '-r', '10']],
    [8, 3, ['-r', '40,20,10', '-SOP', '-EPH', '-p', 'RPCL', '-c', '[64,64]', '-b', '16,16', '-TP', 'R']],
    [8, 3, ['-t', '64,64', '-p', 'CPRL', '-I', '-r', '8']],
    [16, 1, ['-M', '61']],
    [12, 1, ['-p', 'PCRL', '-c', '[32,32]', '-b', '4,4']],
  ];
  const made = options.map(([bits, components, words]) => ({
    ...{ codestream: codestreamOf(rawPicture(width, height, bits, components), ...words), width, height },
    more: components === 1 ? { ...grey, bitsPerComponent: [bits] } : {},
  }));
  return [small, ...made];
}

/** One to four damages, mostly where the headers are. */
function damage(codestream: Uint8Array, random: Random, first: number): Uint8Array {
  let bytes = codestream.slice();
  for (let count = random.whole(1, 4); count > 0; count--) {
    const inHeader = random.real() < 0.5;
    const at = random.whole(first, inHeader ? Math.min(first + 100, bytes.length - 1) : bytes.length - 1);
    switch (random.whole(0, 5)) {
      case 0:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << random.whole(0, 7));
        break;
      case 1:
        bytes[at] = random.pick([0, 1, 0x7f, 0x80, 0xfe, 0xff]);
        break;
      case 2:
        bytes.set(random.bytes(Math.min(random.whole(1, 8), bytes.length - at)), at);
        break;
      case 3:
        bytes.fill(random.pick([0, 0xff]), at, at + random.whole(1, 64));
        break;
      case 4:
        bytes = bytes.slice(0, Math.max(at, first + 100));
        break;
      default:
        bytes.copyWithin(at, random.whole(0, bytes.length - 1), random.whole(0, bytes.length));
    }
  }
  return bytes;
}

/** The decoder, which tells the largest heap it had, and is made anew after each failure, so that none hides behind another. */
function watchedDecoder() {
  let openjpeg: OpenJpeg | undefined;
  const seen = { heap: 0, traps: 0, slowest: 0 };
  const decode: Jpeg2000Decoder['decode'] = async (codestream, request, use) => {
    const running = openjpeg ?? (await instantiateOpenJpeg(await loadWasm('openjpeg')));
    openjpeg = undefined;
    const start = performance.now();
    try {
      running.decode(codestream, request, use);
      openjpeg = running;
    } catch (cause) {
      if (!(cause instanceof ImageServerError)) seen.traps += 1;
      throw cause;
    } finally {
      seen.slowest = Math.max(seen.slowest, performance.now() - start);
      seen.heap = Math.max(seen.heap, running.heapBytes());
    }
  };
  return { seen, jpeg2000: { decode } };
}

test(`${STREAMS} damaged codestreams (seed ${SEED}) end in a picture or words, in time, within their memory`, {
  timeout: 60_000 + 200 * STREAMS,
}, async () => {
  const random = new Random(SEED);
  const sources = bases();
  const { seen, jpeg2000 } = watchedDecoder();
  const outcomes: Record<string, number> = {};
  for (let stream = 0; stream < STREAMS; stream++) {
    const { codestream, width, height, more } = random.pick(sources);
    // Where the size stays whole, more of the decoder is reached.
    const first = random.pick([2, sizeEnd(codestream), sizeEnd(codestream)]);
    const damaged = damage(codestream, random, first);
    const area = { x0: 0, y0: 0, x1: width, y1: height };
    const tile = jpeg2000Tile(damaged, area, { reduce: random.pick([0, 0, 1]), ...more });
    const outcome = await decodeJpeg2000(tile, tile.encoding, { jpeg2000 }).then(
      () => 'decoded',
      (cause: unknown) => (cause instanceof ImageServerError ? `${cause.status}` : 'trap'),
    );
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    expect(seen.slowest, `stream ${stream}`).toBeLessThan(DEADLINE);
  }
  console.log(
    JSON.stringify({ ...outcomes, slowest: `${seen.slowest.toFixed(0)} ms`, heap: `${seen.heap / 2 ** 20} MB` }),
  );
  expect(outcomes.decoded).toBeGreaterThan(STREAMS / 10);
  expect(seen.traps).toBeLessThan(STREAMS / 100);
  expect(seen.heap).toBeLessThanOrEqual(MAX_HEAP);
});

/** Where the SIZ marker segment ends. */
function sizeEnd(codestream: Uint8Array): number {
  return 4 + (((codestream[4] ?? 0) << 8) | (codestream[5] ?? 0));
}
