import { readFile } from 'node:fs/promises';
import sharp from 'sharp';

/** Sides in pixels, as browsers want them of an app that can be installed. */
const SIDES = [192, 512];
/** Pixels of the drawing's own. */
const DRAWN_SIDE = 32;
const DENSITY = 72;

/** The site's icon as PNG files: file name → content. `svg`: path of the drawing. */
export async function pngIcons(svg: string): Promise<ReadonlyMap<string, Uint8Array>> {
  const drawing = await readFile(svg);
  const icons = SIDES.map(async (side): Promise<[string, Uint8Array]> => {
    const picture = sharp(drawing, { density: (DENSITY * side) / DRAWN_SIDE });
    return [`icon-${side}.png`, await picture.resize(side, side).png().toBuffer()];
  });
  return new Map(await Promise.all(icons));
}
