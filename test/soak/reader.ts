/** What came of one request of a page; times in milliseconds since 1970. */
export interface Reading {
  readonly path: string;
  /** 0: the browser gave no answer. */
  readonly status: number;
  /** `X-Potto`: `degraded`, `offline` or nothing. */
  readonly state: string | null;
  /** SHA-256 of the body in hexadecimal; the words of the answer where it is an error. */
  readonly content: string;
  readonly start: number;
  readonly end: number;
}

export interface Errand {
  readonly paths: readonly string[];
  readonly parallel: number;
  /** When to come to an end, in milliseconds since 1970. */
  readonly until: number;
}

/** Runs in a page, alone: asks for these, `parallel` at a time, and looks at what came for a moment. */
export async function read({ paths, parallel, until }: Errand): Promise<readonly Reading[]> {
  /** A request that was under way when its worker was ended may wait for ever. */
  const PATIENCE = 30_000;
  /** Milliseconds that a reader looks at a tile, at most. */
  const LOOKING = 200;
  const readings: Reading[] = [];
  const next = paths[Symbol.iterator]();
  const ask = async (path: string): Promise<Omit<Reading, 'path' | 'start' | 'end'>> => {
    try {
      const response = await fetch(`iiif/3/${path}`, { signal: AbortSignal.timeout(PATIENCE) });
      const { status, headers } = response;
      const state = headers.get('x-potto');
      if (status !== 200) return { status, state, content: await response.text() };
      const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', await response.arrayBuffer()));
      return { status, state, content: Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('') };
    } catch (error) {
      return { status: 0, state: null, content: String(error) };
    }
  };
  const lane = async () => {
    for (const path of next) {
      if (Date.now() > until) return;
      await new Promise((resolve) => setTimeout(resolve, Math.random() * LOOKING));
      const start = Date.now();
      const answer = await ask(path);
      readings.push({ path, start, end: Date.now(), ...answer });
    }
  };
  await Promise.all(Array.from({ length: parallel }, lane));
  return readings;
}
