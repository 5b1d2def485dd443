import { describe, expect, test } from 'vitest';
import type { Orientation } from '../../src/image/image.ts';
import { combineRotation, orientationTurn, storedRectangle, swapsSides } from '../../src/render/orientation.ts';
import { Random } from '../kernel/random.ts';

/** A picture whose every pixel is a name of its own. */
type Grid = readonly (readonly string[])[];

const ORIENTATIONS: readonly Orientation[] = [1, 2, 3, 4, 5, 6, 7, 8];
const stored = { width: 5, height: 3 };
const picture: Grid = Array.from({ length: stored.height }, (_, y) =>
  Array.from({ length: stored.width }, (_, x) => `${x},${y}`),
);

const mirrored = (grid: Grid): Grid => grid.map((row) => row.toReversed());
const transposed = (grid: Grid): Grid => (grid[0] ?? []).map((_, x) => grid.map((row) => row[x] ?? ''));
const turned = (grid: Grid): Grid => mirrored(transposed(grid));
const turnedBy = (grid: Grid, quarters: number): Grid =>
  Array.from({ length: quarters }).reduce<Grid>((result) => turned(result), grid);

/** TIFF 6.0, tag 274, word by word: what row 0 and column 0 of the stored picture are when it is displayed. */
const DISPLAYED: Readonly<Record<Orientation, (grid: Grid) => Grid>> = {
  // Row 0 is the top, column 0 the left side.
  1: (grid) => grid,
  // Top, right.
  2: mirrored,
  // Bottom, right.
  3: (grid) => mirrored(grid).toReversed(),
  // Bottom, left.
  4: (grid) => grid.toReversed(),
  // Left, top.
  5: transposed,
  // Right, top.
  6: (grid) => mirrored(transposed(grid)),
  // Right, bottom.
  7: (grid) => mirrored(transposed(grid)).toReversed(),
  // Left, bottom.
  8: (grid) => transposed(grid).toReversed(),
};

describe.each(ORIENTATIONS)('orientation %i', (orientation) => {
  const displayed = DISPLAYED[orientation](picture);

  test('is a mirroring and then a turn', () => {
    const { mirror, quarters } = orientationTurn(orientation);
    expect(turnedBy(mirror ? mirrored(picture) : picture, quarters)).toEqual(displayed);
  });

  test('swaps the sides or does not', () => {
    expect(swapsSides(orientation)).toBe(displayed.length !== stored.height);
  });

  test('finds the stored pixels of every displayed rectangle', () => {
    const [width, height] = [displayed[0]?.length ?? 0, displayed.length];
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        for (let bottom = y + 1; bottom <= height; bottom++) {
          for (let right = x + 1; right <= width; right++) {
            const shown = displayed.slice(y, bottom).flatMap((row) => row.slice(x, right));
            const rect = storedRectangle({ x, y, width: right - x, height: bottom - y }, orientation, stored);
            const found = picture
              .slice(rect.y, rect.y + rect.height)
              .flatMap((row) => row.slice(rect.x, rect.x + rect.width));
            expect(found.toSorted()).toEqual(shown.toSorted());
          }
        }
      }
    }
  });

  describe.each([false, true])('and an IIIF rotation, mirrored: %s', (mirror) => {
    test.each([0, 90, 180, 270])('by %i°, are one mirroring and one turn', (degrees) => {
      const asked = turnedBy(mirror ? mirrored(displayed) : displayed, degrees / 90);
      const combined = combineRotation(orientation, { mirror, degrees });
      expect([0, 90, 180, 270]).toContain(combined.degrees);
      expect(turnedBy(combined.mirror ? mirrored(picture) : picture, combined.degrees / 90)).toEqual(asked);
    });

    test('by any angle, are one mirroring and one turn of less than 360°', () => {
      const random = new Random(orientation);
      for (const degrees of [360, 359.9, 0.5, ...Array.from({ length: 20 }, () => random.real() * 360)]) {
        const combined = combineRotation(orientation, { mirror, degrees });
        expect(combined.degrees).toBeGreaterThanOrEqual(0);
        expect(combined.degrees).toBeLessThan(360);
        for (const corner of [
          [1, 0],
          [0, 1],
        ] as const) {
          const { mirror: first, quarters } = orientationTurn(orientation);
          const shown = turnedPoint(
            mirroredPoint(turnedPoint(mirroredPoint(corner, first), 90 * quarters), mirror),
            degrees,
          );
          const once = turnedPoint(mirroredPoint(corner, combined.mirror), combined.degrees);
          expect(once[0]).toBeCloseTo(shown[0], 9);
          expect(once[1]).toBeCloseTo(shown[1], 9);
        }
      }
    });
  });
});

type Point = readonly [x: number, y: number];

function mirroredPoint([x, y]: Point, mirror: boolean): Point {
  return mirror ? [-x, y] : [x, y];
}

/** Clockwise about the origin, where y points down. */
function turnedPoint([x, y]: Point, degrees: number): Point {
  const angle = (degrees * Math.PI) / 180;
  return [x * Math.cos(angle) - y * Math.sin(angle), x * Math.sin(angle) + y * Math.cos(angle)];
}
