import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const DOCS = fileURLToPath(new URL('../../demo/docs/viewers/', import.meta.url));

/** What the documentation tells to type for a viewer, so that what it says is what is tried. */
export interface Instructions {
  /** Commands of a shell, one a line. */
  readonly commands: readonly string[];
  /** The page with the viewer. */
  readonly page: string;
  /** The site's service worker. */
  readonly worker: string;
}

const FILES = /^const FILES = \[.*\];$/m;

/** `name`: folder of the viewer's page; `version`: what is installed. @throws {Error} where a part is missing or old. */
export async function readInstructions(name: string, version: string): Promise<Instructions> {
  const [common, own] = await Promise.all(['', `${name}/`].map((path) => readFile(`${DOCS}${path}index.html`, 'utf8')));
  if (!own?.includes(version)) throw new Error(`The docs of ${name} don't name version ${version}, which is tried`);
  const files = code(own, 'files');
  const worker = code(common, 'worker');
  if (!FILES.test(files) || !FILES.test(worker)) throw new Error(`The docs of ${name} name no FILES`);
  return {
    commands: code(own, 'commands').split('\n'),
    page: code(own, 'page'),
    worker: worker.replace(FILES, files.trim()),
  };
}

function code(html = '', id: string): string {
  const [, found] = new RegExp(`<pre id="${id}"><code>([\\s\\S]*?)</code></pre>`).exec(html) ?? [];
  if (found === undefined) throw new Error(`The docs have no <pre id="${id}">`);
  return found.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
