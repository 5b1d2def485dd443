/** Bytes of a block, and of the length at the end of the last one (FIPS 180-4, section 5.1.1). */
const BLOCK = 64;
const LENGTH = 8;

/** The first so many primes. */
function primes(count: number): readonly number[] {
  const found: number[] = [];
  for (let candidate = 2; found.length < count; candidate++) {
    if (found.every((prime) => candidate % prime !== 0)) found.push(candidate);
  }
  return found;
}

/** The first 32 bits of the fraction (FIPS 180-4, sections 4.2.2 and 5.3.3). */
const fraction = (value: number) => ((value - Math.floor(value)) * 2 ** 32) | 0;

const ROUND_CONSTANTS = Int32Array.from(primes(BLOCK), (prime) => fraction(Math.cbrt(prime)));
const INITIAL_HASH = Int32Array.from(primes(8), (prime) => fraction(Math.sqrt(prime)));

const turned = (word: number, by: number) => (word >>> by) | (word << (32 - by));

/** SHA-256 (FIPS 180-4, section 6.2): 32 bytes. For small inputs where the browser withholds its own. */
export function sha256(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const blocks = Math.ceil((message.length + 1 + LENGTH) / BLOCK);
  const padded = new Uint8Array(blocks * BLOCK);
  padded.set(message);
  padded[message.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - LENGTH, BigInt(message.length) * 8n);
  const hash = Int32Array.from(INITIAL_HASH);
  const schedule = new Int32Array(BLOCK);
  for (let offset = 0; offset < padded.length; offset += BLOCK) {
    prepare(schedule, view, offset);
    compress(hash, schedule);
  }
  const result = new DataView(new ArrayBuffer(32));
  for (const [index, word] of hash.entries()) result.setInt32(index * 4, word);
  return new Uint8Array(result.buffer);
}

function prepare(schedule: Int32Array, view: DataView, offset: number): void {
  const at = (index: number) => schedule[index] ?? 0;
  for (let round = 0; round < 16; round++) schedule[round] = view.getInt32(offset + round * 4);
  for (let round = 16; round < BLOCK; round++) {
    const early = at(round - 15);
    const late = at(round - 2);
    const small = turned(early, 7) ^ turned(early, 18) ^ (early >>> 3);
    const large = turned(late, 17) ^ turned(late, 19) ^ (late >>> 10);
    schedule[round] = at(round - 16) + small + at(round - 7) + large;
  }
}

function compress(hash: Int32Array, schedule: Int32Array): void {
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = hash;
  for (let round = 0; round < BLOCK; round++) {
    const choice = (e & f) ^ (~e & g);
    const sum1 = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
    const first = (h + sum1 + choice + (ROUND_CONSTANTS[round] ?? 0) + (schedule[round] ?? 0)) | 0;
    const majority = (a & b) ^ (a & c) ^ (b & c);
    const second = ((turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + majority) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  for (const [index, word] of [a, b, c, d, e, f, g, h].entries()) hash[index] = (hash[index] ?? 0) + word;
}
