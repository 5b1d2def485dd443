import { interleave, median } from '../statistics.ts';

/** Rounds in which machine code is made, and memory grows. */
const WARM_UP = 8;

export interface Contestant {
  /** How often it runs in a turn: browsers' clocks tick in tenths of a millisecond. */
  readonly repeats: number;
  run(): unknown;
}

/** Median milliseconds of one run of each, in turns. */
export async function race<Name extends string>(
  rounds: number,
  contestants: Readonly<Record<Name, Contestant>>,
): Promise<Record<Name, number>> {
  const turns = Object.fromEntries(
    Object.entries<Contestant>(contestants).map(([name, { repeats, run }]) => [
      name,
      async () => {
        const start = performance.now();
        for (let i = 0; i < repeats; i++) await run();
        return (performance.now() - start) / repeats;
      },
    ]),
  ) as Record<Name, () => Promise<number>>;
  await interleave(WARM_UP, turns);
  const times = await interleave(rounds, turns);
  return Object.fromEntries(
    Object.entries<readonly number[]>(times).map(([name, values]) => [name, median(values)]),
  ) as Record<Name, number>;
}

export async function bytesAt(url: string): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** A compiled WASM file of the folder that the laboratory stands in. */
export function wasm(name: string): Promise<WebAssembly.Module> {
  return WebAssembly.compileStreaming(fetch(new URL(`${name}.wasm`, self.location.href)));
}
