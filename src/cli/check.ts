import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { examine } from '../check/examine.ts';
import { isGood } from '../check/findings.ts';
import { examinationReport } from '../check/report.ts';
import { nodeWasmLoader } from '../host/node-wasm.ts';
import { UsageError } from './usage.ts';

/** Examines an image or a bucket, prints what was found and how to mend it; the exit code is 1 where it can't be shown. */
export async function check(words: readonly string[]): Promise<void> {
  const { url, origin } = parse(words);
  const wasm = nodeWasmLoader({ directory: fileURLToPath(new URL('./', import.meta.url)) });
  const examination = await examine(url, { origin, wasm });
  console.log(examinationReport(examination));
  if (!isGood(examination)) process.exitCode = 1;
}

function parse(words: readonly string[]) {
  const { values, positionals } = read(words);
  const [url, ...rest] = positionals;
  if (url === undefined || rest.length > 0) throw new UsageError('check takes one address of an image or a bucket.');
  return {
    url: addressOf(url).href,
    origin: values.origin === undefined ? undefined : addressOf(values.origin).origin,
  };
}

function read(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], allowPositionals: true, options: { origin: { type: 'string' } } });
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function addressOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url?.protocol.startsWith('http')) throw new UsageError(`"${text}" is no http address.`);
  return url;
}
