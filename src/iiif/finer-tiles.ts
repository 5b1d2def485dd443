/** `x,y,w,h/W,H` (3.0) or `x,y,w,h/W,` (2.1), the form in which viewers ask for tiles (implementation notes, section 2). */
const TILE = /\/(\d+),(\d+),(\d+),(\d+)\/(\d+),(\d*)\/0\/(default|color)\.(jpg|png|webp)$/;

/**
 * The requests for the four tiles of the next finer level that a viewer asks for when it zooms into this one; none for
 * full resolution, and none for what isn't a whole tile.
 */
export function finerTiles(url: string): readonly string[] {
  const match = TILE.exec(url);
  if (!match) return [];
  const [x = 0, y = 0, width = 0, height = 0, tileWidth = 0] = match.slice(1, 6).map(Number);
  const tileHeight = match[6] === '' ? tileWidth : Number(match[6]);
  const scale = width / tileWidth;
  const isWhole = Number.isInteger(scale / 2) && height / tileHeight === scale && x % width === 0 && y % height === 0;
  if (!isWhole) return [];
  const size = `${tileWidth},${match[6]}/0/${match[7]}.${match[8]}`;
  const base = url.slice(0, match.index);
  return [0, 1, 2, 3].map((quadrant) => {
    const left = x + (quadrant % 2) * (width / 2);
    const top = y + Math.floor(quadrant / 2) * (height / 2);
    return `${base}/${left},${top},${width / 2},${height / 2}/${size}`;
  });
}
