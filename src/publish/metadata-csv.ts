/** What a table says of works and images: by name within the folder of scans, lower case. */
export type MetadataTable = ReadonlyMap<string, Described>;

/** What is known of a work or an image; everything as text. */
export interface Described {
  readonly title?: string | undefined;
  readonly summary?: string | undefined;
  /** An URI of a licence or a rights statement. */
  readonly rights?: string | undefined;
  readonly attribution?: string | undefined;
  /** Everything else, in order. */
  readonly metadata: readonly (readonly [label: string, value: string])[];
}

/** The column that tells what a row is about. */
const KEYS = ['file', 'filename', 'name', 'folder', 'identifier', 'id'];
const TITLES = ['title', 'label'];
const SUMMARIES = ['summary', 'description'];
const RIGHTS = ['rights', 'licence', 'license'];
const ATTRIBUTIONS = ['attribution', 'credit'];

/**
 * Reads `metadata.csv` (RFC 4180, or with semicolons as spreadsheets in some countries write it). The first row names the
 * columns: `file` (of an image or a subfolder), `title`, `summary`, `rights`, `attribution`; every other column becomes a
 * pair of label and value.
 * @throws {Error} in words where it isn't such a table.
 */
export function readMetadataTable(text: string): MetadataTable {
  const [header = [], ...rows] = readCsv(text.replace(/^\ufeff/, ''));
  const columns = header.map((name) => name.trim());
  const place = (names: readonly string[]) => columns.findIndex((column) => names.includes(column.toLowerCase()));
  const key = place(KEYS);
  if (key < 0) throw new Error(`The table of metadata needs a column "file"; it has: ${columns.join(', ') || 'none'}.`);
  const special = {
    title: place(TITLES),
    summary: place(SUMMARIES),
    rights: place(RIGHTS),
    attribution: place(ATTRIBUTIONS),
  };
  const taken = new Set([key, ...Object.values(special)]);
  const table = new Map<string, Described>();
  for (const row of rows) {
    const cell = (column: number) => row[column]?.trim() || undefined;
    const name = cell(key);
    if (name === undefined) continue;
    table.set(keyOf(name), {
      title: cell(special.title),
      summary: cell(special.summary),
      rights: cell(special.rights),
      attribution: cell(special.attribution),
      metadata: columns.flatMap((label, column): [string, string][] => {
        const value = taken.has(column) || label === '' ? undefined : cell(column);
        return value === undefined ? [] : [[label, value]];
      }),
    });
  }
  return table;
}

/** What the table says of a file or a folder: by its name with the extension or without. */
export function describedIn(table: MetadataTable, name: string): Described | undefined {
  const key = keyOf(name);
  return table.get(key) ?? table.get(key.replace(/\.\w{2,5}$/, ''));
}

/** What names are compared by. */
export const keyOf = (name: string) =>
  name
    .normalize('NFC')
    .replaceAll('\\', '/')
    .replace(/^\.?\/+|\/+$/g, '')
    .toLowerCase();

function readCsv(text: string): string[][] {
  const [first = ''] = text.split('\n', 1);
  const separator = [',', ';', '\t'].sort((a, b) => first.split(b).length - first.split(a).length)[0] ?? ',';
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  const endCell = () => {
    row.push(cell);
    cell = '';
  };
  const endRow = () => {
    endCell();
    if (row.some((each) => each.trim() !== '')) rows.push(row);
    row = [];
  };
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    if (quoted) {
      if (character !== '"') cell += character;
      else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else quoted = false;
    } else if (character === '"' && cell.trim() === '') {
      quoted = true;
      cell = '';
    } else if (character === separator) endCell();
    else if (character === '\n') endRow();
    else if (character !== '\r') cell += character;
  }
  endRow();
  return rows;
}
