const SVG = 'http://www.w3.org/2000/svg';

/** An element of HTML with this text or these children. */
export function make(name: string, ...content: readonly (string | Node)[]): HTMLElement {
  const made = document.createElement(name);
  made.append(...content);
  return made;
}

/** A row of a table, the first cell of which is its heading where `isNamed`. */
export function row(cells: readonly (string | Node)[], { isNamed = false } = {}): HTMLElement {
  const made = cells.map((cell, index) => make(isNamed && index === 0 ? 'th' : 'td', cell));
  if (isNamed) made[0]?.setAttribute('scope', 'row');
  return make('tr', ...made);
}

/** A rectangle of a chart, coloured by its class. */
export function bar(kind: string, x: number, y: number, width: number, height: number): SVGElement {
  return shape('rect', { class: kind, x, y, width, height });
}

/** A line from top to bottom of a chart. */
export function upright(kind: string, x: number, height: number): SVGElement {
  return shape('line', { class: kind, x1: x, x2: x, y1: 0, y2: height });
}

function shape(name: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, String(value));
  return made;
}

/** A square of a chart's colour, for its legend. */
export function swatch(kind: string): SVGElement {
  const made = shape('svg', { viewBox: '0 0 1 1', 'aria-hidden': 'true' });
  made.append(bar(kind, 0, 0, 1, 1));
  return made;
}
