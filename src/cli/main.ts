#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { check } from './check.ts';
import { init } from './init.ts';
import { publish } from './publish.ts';
import { serve } from './serve.ts';
import { UsageError } from './usage.ts';

const USAGE = `Usage:
  potto serve DIR_OR_URL_TEMPLATE [--port 8182] [--host 127.0.0.1]
      Shows a site on this machine, one that publish or init has written into. Of any other folder, and of a URL template
      with {id}, it answers IIIF Image API URLs over HTTP.
  potto init DIR
      Copies the service worker, its wasm files and the viewer's tag into DIR, a folder of your website.
  potto publish SCANS SITE [--title TEXT] [--base URL] [--metadata FILE.csv] [--webp | --lossless] [--quality 85] [--dry-run]
      Makes a static site of a folder of TIFF, JPEG, PNG and JPEG 2000 files; a subfolder is a book.
  potto check URL [--origin https://your.site]
      Tells what a browser would meet at an image or a bucket, and how to mend it.
  potto --version | --help
`;

async function main([command, ...words]: readonly string[]): Promise<void> {
  switch (command) {
    case 'serve':
      return serve(words);
    case 'init':
      return init(words);
    case 'publish':
      return publish(words);
    case 'check':
      return check(words);
    case '--version':
      console.log(version());
      return;
    case '--help':
    case 'help':
      console.log(USAGE);
      return;
    default:
      throw new UsageError(command === undefined ? 'No command was given.' : `There is no command "${command}".`);
  }
}

function version(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  return version;
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(`potto: ${error instanceof Error ? error.message : error}`);
  if (error instanceof UsageError) console.error(`\n${USAGE}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
});
