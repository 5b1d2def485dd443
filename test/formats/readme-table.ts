import { fileURLToPath } from 'node:url';
import { FORMATS } from '../../src/iiif/request.ts';
import { ROWS, type Row } from './rows.ts';

export const README = fileURLToPath(new URL('../../README.md', import.meta.url));

const BEGIN = '<!-- what opens: written by `npm run formats` -->\n';
const END = '<!-- end of what opens -->';

/** The README with the table of what opens, as the tests prove it. @throws {Error} where its place isn't marked. */
export function withTable(readme: string): string {
  const start = readme.indexOf(BEGIN);
  const end = readme.indexOf(END);
  if (start === -1 || end < start) throw new Error(`The README lacks ${BEGIN}…${END}`);
  return `${readme.slice(0, start + BEGIN.length)}\n${sourcesTable()}\n\n${readme.slice(end)}`;
}

/** One line for each group of sources; bold is what is answered as it is stored. */
function sourcesTable(): string {
  const groups = [...new Set(ROWS.map(({ group }) => group))];
  const lines = groups.map((group) => {
    const names = ROWS.filter((row) => row.group === group).map(nameOf);
    return `| ${group} | ${names.join(', ')} |`;
  });
  return ['| | |', '|---|---|', ...lines, `| Answers | ${FORMATS.join(', ')} |`].join('\n');
}

function nameOf({ name, passthrough }: Row): string {
  // A lone star would begin emphasis.
  const text = name.replaceAll(', ', ' ').replaceAll('*', '\\*');
  return passthrough === undefined ? text : `**${text}**`;
}
