import { pick } from './random.ts';

export interface Subject {
  readonly identifier: string;
  readonly width: number;
  readonly height: number;
}

/** What readers ask for: mostly tiles, then thumbnails, regions of any place and size, turned and grey ones. */
export function questionOf(random: () => number, { identifier, width, height }: Subject): string {
  const within = (most: number) => Math.floor(random() * most);
  const kind = random();
  if (kind < 0.6) {
    const [column, row] = [within(Math.floor(width / 512)), within(Math.floor(height / 512))];
    return `${identifier}/${column * 512},${row * 512},512,512/512,512/0/default.jpg`;
  }
  const side = 60 + within(240);
  if (kind < 0.7) return `${identifier}/full/!${side},${side}/0/default.jpg`;
  const [regionWidth, regionHeight] = [200 + within(800), 200 + within(800)];
  const region = `${within(width - regionWidth)},${within(height - regionHeight)},${regionWidth},${regionHeight}`;
  const rotation = pick(random, ['0', '0', '0', '90', '!180', '33']);
  const quality = pick(random, ['default', 'default', 'gray']);
  return `${identifier}/${region}/!${side},${side}/${rotation}/${quality}.${pick(random, ['jpg', 'jpg', 'webp'])}`;
}
