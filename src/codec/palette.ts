export type Palette = [red: number, green: number, blue: number][];

/** Colours that fall into one cell of 5, 6 and 5 bits count as one, their mean: more of them no palette tells apart. */
interface Cell {
  readonly rgb: readonly [number, number, number];
  readonly count: number;
}

/** Cells that become one colour of the palette. */
interface Box {
  readonly cells: readonly Cell[];
  readonly mean: readonly [number, number, number];
  /** The channel along which they differ most, and the sum of their squared distances to the mean along it. */
  readonly channel: 0 | 1 | 2;
  readonly error: number;
}

const CELLS = 2 ** 16;
const CHANNELS = [0, 1, 2] as const;

/** Less is rounding: cells that are alike can't be cut. */
const VISIBLE = 0.01;

/**
 * At most `most` colours that stand for many (0xAABBGGRR each, alpha is ignored): the cells are cut in two at their mean,
 * those that differ most first. Takes time for each colour once, and some 20 ms for however many cells there are.
 */
export function paletteOf(colours: Uint32Array, most: number): Palette {
  const boxes = [boxOf(cellsOf(colours))];
  while (boxes.length < most) {
    const worst = boxes.reduce((a, b) => (b.error > a.error ? b : a));
    if (worst.error < VISIBLE) break;
    const { cells, channel, mean } = worst;
    const isLow = ({ rgb }: Cell) => rgb[channel] <= mean[channel];
    boxes[boxes.indexOf(worst)] = boxOf(cells.filter(isLow));
    boxes.push(boxOf(cells.filter((cell) => !isLow(cell))));
  }
  return boxes.map(({ mean: [red, green, blue] }) => [Math.round(red), Math.round(green), Math.round(blue)]);
}

function cellsOf(colours: Uint32Array): Cell[] {
  const counts = new Uint32Array(CELLS);
  // Sums of 255 for each of 64 megapixels need more than 32 bits.
  const sums = CHANNELS.map(() => new Float64Array(CELLS));
  for (const colour of colours) {
    const cell = ((colour & 0xf8) << 8) | ((colour >> 5) & 0x7e0) | ((colour >> 19) & 0x1f);
    counts[cell] = (counts[cell] ?? 0) + 1;
    for (const channel of CHANNELS) {
      const sum = sums[channel];
      if (sum) sum[cell] = (sum[cell] ?? 0) + ((colour >> (8 * channel)) & 255);
    }
  }
  const cells: Cell[] = [];
  counts.forEach((count, cell) => {
    if (count === 0) return;
    const mean = (channel: number) => (sums[channel]?.[cell] ?? 0) / count;
    cells.push({ rgb: [mean(0), mean(1), mean(2)], count });
  });
  return cells;
}

function boxOf(cells: readonly Cell[]): Box {
  const sums: [number, number, number] = [0, 0, 0];
  const squares: [number, number, number] = [0, 0, 0];
  let total = 0;
  for (const { rgb, count } of cells) {
    total += count;
    for (const channel of CHANNELS) {
      sums[channel] += count * rgb[channel];
      squares[channel] += count * rgb[channel] ** 2;
    }
  }
  const errors = CHANNELS.map((channel) => squares[channel] - sums[channel] ** 2 / total);
  const channel = CHANNELS.reduce((a, b) => ((errors[b] ?? 0) > (errors[a] ?? 0) ? b : a));
  return { cells, mean: [sums[0] / total, sums[1] / total, sums[2] / total], channel, error: errors[channel] ?? 0 };
}
