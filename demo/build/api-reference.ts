import { join } from 'node:path';
import type { Plugin } from 'vite';
import { ApiReader, type ApiSymbol } from './api-symbols.ts';
import { escaped, marked, oneLine } from './html.ts';

/** An entry of the package, and the source file that lists what it exports. */
export interface ApiEntry {
  readonly name: string;
  readonly file: string;
}

/** As `exports` of package.json has them. */
export const ENTRIES: readonly ApiEntry[] = [
  { name: 'potto', file: 'src/index.ts' },
  { name: 'potto/sw', file: 'sw/sw.ts' },
  { name: 'potto/viewer', file: 'src/viewer/index.ts' },
  { name: 'potto/openseadragon', file: 'src/openseadragon/index.ts' },
  { name: 'potto/server', file: 'src/server.ts' },
  { name: 'potto/edge', file: 'src/host/edge.ts' },
];

/** The rooms whose types are part of what users write and read; those of other rooms are the server's own business. */
const EXPLAINED =
  /^(?:src|sw)\/(?:(?:access|iiif)\/|source\/(?:access|finder|object-facts|resolver|source)\.|(?:errors|options|protocol|timing|in-page|serve)\.ts$|cache\/budget\.|codec\/codec\.|kernel\/sample-layout\.|monitoring\/(?:alarm-book|routes)\.|render\/rendering\.)/;

const ENTRY_PLACE = /<!-- api of ([\w/]+) -->/g;
const TYPES_PLACE = '<!-- types that the api names -->';

export interface Api {
  readonly entries: readonly { readonly name: string; readonly symbols: readonly ApiSymbol[] }[];
  /** Types that entries name, and that none exports. */
  readonly types: readonly ApiSymbol[];
}

/** What the package offers, read from its sources; about a quarter of a second. `root`: of the project. */
export function readApi(root: string): Api {
  const reader = new ApiReader();
  const entries = ENTRIES.map(({ name, file }) => ({
    name,
    symbols: reader.exportsOf(join(root, file)).toSorted((a, b) => rank(a) - rank(b)),
  }));
  const exported = entries.flatMap(({ symbols }) => symbols);
  const keyOf = ({ file, name }: ApiSymbol) => `${name} ${file}`;
  const known = new Map(exported.map((symbol) => [keyOf(symbol), symbol]));
  const types: ApiSymbol[] = [];
  const waiting = exported.filter(({ kind }) => kind !== 'function' && kind !== 'class');
  for (let symbol = waiting.pop(); symbol !== undefined; symbol = waiting.pop()) {
    for (const mention of symbol.mentions.map((place) => reader.symbolAt(place))) {
      if (known.has(keyOf(mention)) || !EXPLAINED.test(mention.file.slice(join(root, '/').length))) continue;
      known.set(keyOf(mention), mention);
      types.push(mention);
      waiting.push(mention);
    }
  }
  return { entries, types: types.sort((a, b) => a.name.localeCompare(b.name)) };
}

/** Puts the reference at the places that a page names: `<!-- api of ENTRY -->` and `<!-- types that the api names -->`. */
export function withApi(html: string, root: string): string {
  if (!html.includes(TYPES_PLACE)) return html;
  const { entries, types } = readApi(root);
  const all = [...entries, { name: 'types', symbols: types }];
  /** Where a name of an entry is explained: there, otherwise in any other. */
  const places = (name: string) => {
    const ordered = [...all.filter((one) => one.name === name), ...all];
    const found = new Map<string, string>();
    for (const { name, symbols } of ordered) {
      for (const symbol of symbols) if (!found.has(symbol.name)) found.set(symbol.name, idOf(name, symbol));
    }
    return found;
  };
  const written = new Map(
    all.map(({ name, symbols }) => [name, symbols.map((one) => article(name, one, places(name))).join('\n')]),
  );
  const index = (name: string, symbols: readonly ApiSymbol[]) =>
    `<ul class="names">${symbols.map((one) => `<li><a href="#${idOf(name, one)}"><code>${one.name}</code></a></li>`).join('')}</ul>\n`;
  const contentOf = (name: string) => {
    const { symbols } = all.find((one) => one.name === name) ?? {};
    if (symbols === undefined) throw new Error(`The package has no entry ${name}`);
    return index(name, symbols) + written.get(name);
  };
  return html.replace(ENTRY_PLACE, (_, name: string) => contentOf(name)).replace(TYPES_PLACE, () => contentOf('types'));
}

/** Describes what the package exports, from its sources. */
export function apiReference(): Plugin {
  let root = '';
  return {
    name: 'api-reference',
    configResolved(config) {
      root = config.root;
    },
    transformIndexHtml: { order: 'pre', handler: (html) => withApi(html, root) },
  };
}

/** What is called comes before what it takes and gives. */
const rank = ({ kind }: ApiSymbol) => (kind === 'interface' || kind === 'type' ? 2 : kind === 'constant' ? 1 : 0);

const idOf = (entry: string, { name }: ApiSymbol) => `${entry.split('/').at(-1)}-${name}`;

function article(entry: string, symbol: ApiSymbol, places: ReadonlyMap<string, string>): string {
  const { name, kind, signature, text, members } = symbol;
  const code = (source: string, self = '') =>
    escaped(source).replace(/\b[A-Z]\w+/g, (word) => {
      const place = word === self ? undefined : places.get(word);
      return place === undefined ? word : `<a href="#${place}">${word}</a>`;
    });
  const rows = members.map(
    (one) =>
      `<tr><th scope="row"><code>${code(one.signature.replace(/^readonly /, ''))}</code></th><td>${marked(oneLine(one.text))}</td></tr>`,
  );
  const table =
    rows.length === 0
      ? ''
      : `<div class="table"><table aria-label="Members of ${name}"><thead><tr><th scope="col">Member</th><th scope="col">What it is</th></tr></thead><tbody>${rows.join('\n')}</tbody></table></div>`;
  return `<article id="${idOf(entry, symbol)}"><h3>${name} <span class="hint">${kind}</span></h3>
${words(text)}<pre><code>${code(signature, name)}</code></pre>
${table}</article>`;
}

/** A doc comment as HTML: paragraphs, code, and what is thrown. */
function words(text: string): string {
  return text
    .split(/```(?:\w*)\n?/)
    .map((part, index) => (index % 2 === 1 ? `<pre><code>${escaped(part.trim())}</code></pre>\n` : paragraphs(part)))
    .join('');
}

function paragraphs(text: string): string {
  return text
    .split(/\n\s*\n|\n(?=@)/)
    .filter((one) => one.trim() !== '')
    .map((one) => `<p>${told(oneLine(one))}</p>\n`)
    .join('');
}

/** A paragraph, or what a tag of a comment tells. */
function told(text: string): string {
  const [, error, when = ''] = /^@throws \{(\w+)\}(.*)$/.exec(text) ?? [];
  if (error !== undefined) return `<strong>Throws</strong> <code>${error}</code>${marked(when)}`;
  const [, parameter, what = ''] = /^@param (\w+) (.*)$/.exec(text) ?? [];
  return parameter === undefined ? marked(text) : `<code>${parameter}</code>: ${marked(what)}`;
}
