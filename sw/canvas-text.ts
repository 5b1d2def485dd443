/// <reference lib="webworker" />
import { ImageServerError } from '../src/errors.ts';
import type { RasterizeText } from '../src/render/rendering.ts';

/** Width of the picture, in pixels: fine enough for an overlay across a screen. */
const WIDTH = 2048;
/** Few letters aren't drawn higher than this, nor many lines beyond what an overlay may have. */
const MOST_HEIGHT = 2048;
const LINE_HEIGHT = 1.25;
/** Letters reach over their measured box: italics, accents. In parts of the font's size. */
const MARGIN = 0.1;
const FONT = 'sans-serif';
const TRIAL_SIZE = 100;

/** Words drawn by the browser's fonts, one line for each `\n`, centred. */
export const canvasText: RasterizeText = (text, [red, green, blue]) => {
  const lines = text.split('\n');
  const widest = Math.max(...lines.map((line) => contextOf(1, 1, TRIAL_SIZE).measureText(line).width)) / TRIAL_SIZE;
  const size = Math.min(WIDTH / (widest + 2 * MARGIN), MOST_HEIGHT / (lines.length * LINE_HEIGHT + 2 * MARGIN));
  const width = Math.ceil(size * (widest + 2 * MARGIN));
  const height = Math.ceil(size * (lines.length * LINE_HEIGHT + 2 * MARGIN));
  const context = contextOf(width, height, size);
  for (const [index, line] of lines.entries()) {
    context.fillText(line, width / 2, size * (MARGIN + (index + 0.5) * LINE_HEIGHT));
  }
  const { data } = context.getImageData(0, 0, width, height);
  // A canvas keeps colours multiplied by alpha, and gives them back inexact: only the alpha is taken.
  for (let i = 0; i < data.length; i += 4) data.set([red, green, blue], i);
  return { width, height, channels: 4, data: new Uint8Array(data.buffer) };
};

function contextOf(width: number, height: number, size: number): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(width, height).getContext('2d');
  if (!context) throw new ImageServerError(500, 'This browser draws no text in a worker: give an overlay { picture }.');
  context.font = `${size}px ${FONT}`;
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  return context;
}
