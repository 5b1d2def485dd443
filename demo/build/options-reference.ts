import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';
import { escaped, marked, oneLine } from './html.ts';

/** An option, as its declaration in the source describes it. */
export interface DocumentedOption {
  readonly name: string;
  readonly required: boolean;
  readonly type: string;
  /** Its doc comment, in one line. */
  readonly text: string;
}

const PLACE = /<!-- options of (\w+) in ([\w/.-]+) -->/g;

/** A property of an interface with the comment above it. */
const PROPERTY = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*readonly (\w+)(\??): ([^;]+);/g;

/** The options that an interface of a source file declares, in its order. @throws {Error} when it isn't there. */
export function documentedOptions(source: string, name: string): readonly DocumentedOption[] {
  const [, body] = new RegExp(`export interface ${name}\\b[^{]*\\{\\n([\\s\\S]*?)\\n\\}`).exec(source) ?? [];
  if (body === undefined) throw new Error(`The source has no interface ${name}`);
  return [...body.matchAll(PROPERTY)].map(([, comment = '', option = '', optional, type = '']) => ({
    name: option,
    required: optional === '',
    type: oneLine(type),
    text: oneLine(comment.replace(/^\s*\*/gm, '')),
  }));
}

/** Puts the options at the places that a page names: `<!-- options of NAME in PATH -->`, the path from the project's root. */
export function withOptions(html: string, root: string): string {
  return html.replace(PLACE, (_, name: string, path: string) => {
    const options = documentedOptions(readFileSync(join(root, path), 'utf8'), name);
    return options.map(row).join('\n');
  });
}

/** Describes the options on pages, from the comments in the source. */
export function optionsReference(): Plugin {
  let root = '';
  return {
    name: 'options-reference',
    configResolved(config) {
      root = config.root;
    },
    transformIndexHtml: { order: 'pre', handler: (html) => withOptions(html, root) },
  };
}

function row({ name, required, type, text }: DocumentedOption): string {
  const need = required ? ' <strong>needed</strong>' : '';
  return `<tr id="${name}"><th scope="row" class="option"><code>${name}</code>${need}</th><td><code>${escaped(type)}</code></td><td>${marked(text)}</td></tr>`;
}
