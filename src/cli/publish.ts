import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { titleOf } from '../publish/names.ts';
import { publish as publishSite } from '../publish/publish.ts';
import type { Compression, PyramidOptions, SharpModule } from '../publish/pyramid.ts';
import { progressLine } from './progress-line.ts';
import { publishReport } from './publish-report.ts';
import { UsageError } from './usage.ts';

/** Of JPEG and WebP: where a photograph shows no difference at a glance. */
const DEFAULT_QUALITY = { jpeg: 85, webp: 82, lossless: 100 } as const;

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
/** As shells tell of Ctrl-C. */
const INTERRUPTED = 130;

/** Makes a static site of a folder of scans. Some that can't be read make the exit code 1; the rest is published. */
export async function publish(words: readonly string[]): Promise<void> {
  const asked = parse(words);
  const progress = progressLine(process.stdout);
  const began = Date.now();
  const interrupted = new AbortController();
  const onInterrupt = () => interrupted.abort();
  for (const name of SIGNALS) process.once(name, onInterrupt);
  const report = await publishSite({
    ...asked,
    sharp: await sharpModule(),
    built: fileURLToPath(new URL('./', import.meta.url)),
    signal: interrupted.signal,
    onProgress: progress.show,
  })
    .catch((error: unknown) => {
      if (!interrupted.signal.aborted) throw error;
      progress.end();
      console.error('Stopped. What is done is kept; the same command goes on from there.');
      // libvips can't be stopped in the middle of a picture.
      process.exit(INTERRUPTED);
    })
    .finally(progress.end);
  for (const name of SIGNALS) process.off(name, onInterrupt);
  console.log(publishReport(report, { ...asked, seconds: (Date.now() - began) / 1000 }));
  if (report.outcomes.some(({ kind }) => kind === 'refused')) process.exitCode = 1;
}

function parse(words: readonly string[]) {
  const { values, positionals } = read(words);
  const [scans, site, ...rest] = positionals;
  if (scans === undefined || site === undefined || rest.length > 0) {
    throw new UsageError('publish takes two folders: that of the scans, and that of the site.');
  }
  const { webp, lossless } = values;
  if (webp && lossless) throw new UsageError('--webp and --lossless exclude each other: lossless files are Deflate.');
  const compression: Compression = lossless ? 'lossless' : webp ? 'webp' : 'jpeg';
  const quality = values.quality === undefined ? DEFAULT_QUALITY[compression] : Number(values.quality);
  if (!Number.isInteger(quality) || quality < 1 || quality > 100) {
    throw new UsageError(`"${values.quality}" is no quality: it is a whole number from 1 to 100.`);
  }
  return {
    scans,
    site,
    title: values.title ?? titleOf(basename(resolve(scans))),
    base: values.base === undefined ? undefined : baseOf(values.base),
    metadata: values.metadata,
    pyramid: { compression, quality } satisfies PyramidOptions,
    dryRun: values['dry-run'],
  };
}

function read(words: readonly string[]) {
  try {
    return parseArgs({
      args: [...words],
      allowPositionals: true,
      options: {
        title: { type: 'string' },
        base: { type: 'string' },
        metadata: { type: 'string' },
        webp: { type: 'boolean', default: false },
        lossless: { type: 'boolean', default: false },
        quality: { type: 'string' },
        'dry-run': { type: 'boolean', default: false },
      },
    });
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function baseOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url?.protocol.startsWith('http')) {
    throw new UsageError(`"${text}" is no address of a site, such as https://example.org/scans/`);
  }
  return url.href.replace(/\/?$/, '/');
}

async function sharpModule(): Promise<SharpModule> {
  try {
    const { default: sharp } = await import('sharp');
    return sharp;
  } catch (cause) {
    throw new Error(
      'Images are made by the package "sharp", which is not installed or has no build for this machine. ' +
        'Install it beside Potto: npm install sharp (or run both at once: npx -p potto -p sharp potto publish …)',
      { cause },
    );
  }
}
