import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import type { Browser } from '../browser.ts';
import type { Experiments } from './worker.ts';

const { resolve } = createRequire(import.meta.url);

/** WASM of peers; Potto's own is there already. */
const WASM = {
  squoosh_resize_bg: '@jsquash/resize/lib/resize/pkg/squoosh_resize_bg.wasm',
  mozjpeg_dec: '@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm',
  libjpegturbowasm: '@cornerstonejs/codec-libjpeg-turbo-8bit/wasm',
} as const;

/** A dedicated worker of a page without a service worker, where code runs that is no service. */
export interface Laboratory {
  /** Puts bytes where experiments can fetch them. Returns their URL. */
  publish(name: string, bytes: Uint8Array): Promise<string>;
  run<Name extends keyof Experiments>(
    name: Name,
    inputs: Experiments[Name]['inputs'],
  ): Promise<Experiments[Name]['results']>;
  close(): Promise<void>;
}

export async function openLaboratory({ context, near }: Browser): Promise<Laboratory> {
  const folder = near.plain.url();
  const publish = async (name: string, bytes: Uint8Array) => {
    const url = new URL(name, folder).href;
    await fetch(url, { method: 'PUT', body: new Uint8Array(bytes) });
    return url;
  };
  for (const [name, from] of Object.entries(WASM)) await publish(`${name}.wasm`, await readFile(resolve(from)));
  const script = await publish('laboratory.js', new TextEncoder().encode(await bundle()));
  const page = await context.newPage();
  await page.goto(folder);
  return {
    publish,
    async run(name, inputs) {
      const answer = await page.evaluate(runInWorker, { script, name, inputs });
      if (answer.error !== undefined) throw new Error(answer.error);
      return revive(answer.results) as never;
    },
    close: () => page.close(),
  };
}

async function bundle(): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: false,
      lib: { entry: fileURLToPath(new URL('worker.ts', import.meta.url)), formats: ['es'], fileName: 'laboratory' },
      rolldownOptions: { output: { codeSplitting: false } },
    },
  });
  const outputs = Array.isArray(result) ? result : [result];
  for (const output of outputs) {
    if (!('output' in output)) continue;
    const chunk = output.output.find((one) => one.type === 'chunk' && one.isEntry);
    if (chunk?.type === 'chunk') return chunk.code;
  }
  throw new Error('The laboratory could not be built');
}

interface Answer {
  readonly results?: unknown;
  readonly error?: string;
}

/** Runs inside a page. Bytes leave it as arrays of numbers, marked as such. */
function runInWorker({
  script,
  ...task
}: {
  readonly script: string;
  readonly name: string;
  readonly inputs: unknown;
}) {
  const plain = (value: unknown): unknown => {
    if (value instanceof Uint8Array) return { bytes: [...value] };
    if (Array.isArray(value)) return value.map(plain);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
  };
  return new Promise<Answer>((resolve) => {
    const worker = new Worker(script, { type: 'module' });
    worker.onmessage = ({ data }) => {
      worker.terminate();
      resolve(plain(data) as Answer);
    };
    worker.onerror = ({ message }) => resolve({ error: `The worker failed: ${message}` });
    worker.postMessage(task);
  });
}

function revive(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revive);
  if (typeof value !== 'object' || value === null) return value;
  if ('bytes' in value && Array.isArray(value.bytes)) return Uint8Array.from(value.bytes);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, revive(one)]));
}
