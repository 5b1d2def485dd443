import type { Engine } from './engine.ts';

/** An answer as a page received it. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
}

/** Has the page fetch an address relative to itself. */
export async function ask(engine: Engine, url: string): Promise<Answer> {
  const answer: { status: number; headers: Record<string, string>; base64: string } = await valueIn(
    engine,
    `fetch(${JSON.stringify(url)}).then(async (response) => {
      const bytes = new Uint8Array(await response.arrayBuffer());
      const base64 = btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
      return { status: response.status, headers: Object.fromEntries(response.headers), base64 };
    })`,
  );
  const { status, headers, base64 } = answer;
  return { status, headers, bytes: Buffer.from(base64, 'base64') };
}

/** The value of an expression in the page, or what it resolves to. */
export async function valueIn<T>(engine: Engine, expression: string): Promise<T> {
  return JSON.parse(
    String(await engine.evaluate(`Promise.resolve(${expression}).then((value) => JSON.stringify(value ?? null))`)),
  );
}
