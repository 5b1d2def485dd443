import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp, { type Sharp } from 'sharp';

/** A picture with edges and colours, as a photograph has. */
export function picture(width: number, height: number, seed = 1): Sharp {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 100 100" preserveAspectRatio="none">
    <defs><linearGradient id="g" x2="1" y2="1"><stop stop-color="hsl(${seed * 47} 70% 40%)"/><stop offset="1" stop-color="hsl(${seed * 97} 60% 80%)"/></linearGradient></defs>
    <rect width="100" height="100" fill="url(#g)"/>
    <rect width="25" height="25" fill="#c00"/><circle cx="70" cy="60" r="20" fill="hsl(${seed * 29} 80% 30%)"/></svg>`;
  return sharp(Buffer.from(svg), { limitInputPixels: false }).removeAlpha();
}

/** What doesn't compress well. */
export function noise(width: number, height: number): Sharp {
  return sharp({
    create: { width, height, channels: 3, background: '#888', noise: { type: 'gaussian', mean: 128, sigma: 30 } },
  });
}

/** Writes files into a folder, which is created when missing. */
export async function writeFiles(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array | Promise<Uint8Array>>>,
): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), await content);
  }
}
