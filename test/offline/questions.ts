import type { Random } from '../kernel/random.ts';

/** What is read of an info.json. */
export interface ImageInfo {
  readonly width: number;
  readonly height: number;
  readonly tiles: readonly {
    readonly width: number;
    readonly height?: number;
    readonly scaleFactors: readonly number[];
  }[];
}

/** Every tile of every level, as a viewer asks for them. */
export function allTiles({ width, height, tiles }: ImageInfo): readonly string[] {
  const [grid] = tiles;
  if (!grid) throw new Error('The image has no tiles');
  const found: string[] = [];
  for (const scale of grid.scaleFactors) {
    const [across, down] = [grid.width * scale, (grid.height ?? grid.width) * scale];
    for (let y = 0; y < height; y += down) {
      for (let x = 0; x < width; x += across) {
        const [w, h] = [Math.min(across, width - x), Math.min(down, height - y)];
        found.push(`${x},${y},${w},${h}/${Math.ceil(w / scale)},${Math.ceil(h / scale)}/0/default.jpg`);
      }
    }
  }
  return found;
}

/** Longest side of what is made of a region, pixels. */
const LONGEST = 600;

/** A region of any size and place, in some size, turned and coloured in some way. */
export function randomRequest({ width, height }: ImageInfo, random: Random): string {
  const [w, h] = [random.whole(8, width), random.whole(8, height)];
  const [x, y] = [random.whole(0, width - w), random.whole(0, height - h)];
  const region = random.pick([`${x},${y},${w},${h}`, `${x},${y},${w},${h}`, 'full', 'square']);
  const most = Math.min(LONGEST, region === 'full' || region === 'square' ? Math.min(width, height) : Math.min(w, h));
  const [across, down] = [random.whole(1, most), random.whole(1, most)];
  const size = random.pick([`${across},`, `,${down}`, `!${across},${down}`, `${across},${down}`]);
  const rotation = random.pick(['0', '90', '180', '270', '!0', '!90', `${random.whole(1, 359)}`]);
  const quality = random.pick(['default', 'color', 'gray', 'bitonal']);
  const format = random.pick(['jpg', 'png', 'webp']);
  return `${region}/${size}/${rotation}/${quality}.${format}`;
}
