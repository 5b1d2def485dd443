import { describe, expect, test } from 'vitest';
import { areaMean, psnr, type Rectangle, seenByLibvips } from './picture.ts';
import { ROWS } from './rows.ts';
import { ask, serverOf } from './server.ts';

const LOSSLESS_DECIBELS = 45;
const LOSSY_DECIBELS = 38;

describe.each(ROWS)('$group: $name', ({ file, lossless, wavelet, seen: known }) => {
  test('shows in every region and size what libvips sees', async () => {
    const bytes = new Uint8Array(await file());
    const seen = await (known?.() ?? seenByLibvips(bytes));
    const server = serverOf(bytes);
    const info = await (await ask(server, 'file/info.json')).json();
    expect([info.width, info.height]).toEqual([seen.width, seen.height]);
    for (const part of regionsOf(seen)) {
      for (const divisor of wavelet ? [1] : [1, 2]) {
        const [width, height] = [part.width / divisor, part.height / divisor];
        const { x, y } = part;
        const path = `file/${x},${y},${part.width},${part.height}/${width},${height}/0/default.png`;
        const answer = await seenByLibvips(new Uint8Array(await (await ask(server, path)).arrayBuffer()));
        const expected = areaMean(seen, part, width, height);
        expect(psnr(answer, expected), path).toBeGreaterThanOrEqual(lossless ? LOSSLESS_DECIBELS : LOSSY_DECIBELS);
      }
    }
  });
});

describe.each(ROWS.filter(({ passthrough }) => passthrough !== undefined))('$group: $name', ({ file, passthrough }) => {
  test('answers what is stored as it is', async () => {
    const bytes = new Uint8Array(await file());
    const server = serverOf(bytes);
    const info = await (await ask(server, 'file/info.json')).json();
    const side = Math.min(256, info.width);
    const region = info.tiles?.[0]?.width === 256 ? `0,0,${side},${side}/${side},${side}` : 'full/max';
    const response = await ask(server, `file/${region}/0/default.${passthrough}`);
    expect(response.headers.get('Server-Timing')).toContain('passthrough');
  });
});

/** Upper left, middle, and the corner at the end. All begin where a pixel of the smaller levels does. */
function regionsOf({ width, height }: { readonly width: number; readonly height: number }): readonly Rectangle[] {
  const even = (length: number, share: number) => 4 * Math.floor((length * share) / 4);
  const part = (share: number) => ({ width: even(width, share), height: even(height, share) });
  const corner = part(0.2);
  return [
    { x: 0, y: 0, ...part(0.45) },
    { x: even(width, 0.33), y: even(height, 0.25), ...part(0.35) },
    { x: width - corner.width, y: height - corner.height, ...corner },
  ];
}
