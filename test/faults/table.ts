interface Cell {
  readonly status: number;
  readonly milliseconds: number;
  readonly words: string;
}

/** What each kind of read came to under each fault, as text. */
export class Table {
  readonly #columns: readonly string[];
  readonly #rows = new Map<string, Map<string, Cell>>();

  constructor(columns: readonly string[]) {
    this.#columns = columns;
  }

  set(row: string, column: string, cell: Cell): void {
    const cells = this.#rows.get(row) ?? new Map<string, Cell>();
    this.#rows.set(row, cells.set(column, cell));
  }

  toString(): string {
    const head = ['fault', ...this.#columns];
    const rows = [...this.#rows].map(([name, cells]) => [
      name,
      ...this.#columns.map((column) => text(cells.get(column))),
    ]);
    const widths = head.map((_, index) => Math.max(...[head, ...rows].map((row) => row[index]?.length ?? 0)));
    const line = (row: readonly string[]) =>
      `| ${row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(' | ')} |`;
    const rule = `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`;
    return [line(head), rule, ...rows.map(line)].join('\n');
  }
}

function text(cell: Cell | undefined): string {
  return cell ? `${cell.status} in ${cell.milliseconds.toFixed(0)} ms` : '';
}
