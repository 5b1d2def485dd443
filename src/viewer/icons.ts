/** Lines of 24 × 24 pixels. */
export const ICONS = {
  zoomIn: 'M12 5v14M5 12h14',
  zoomOut: 'M5 12h14',
  home: 'M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5',
  rotate: 'M19 12a7 7 0 1 1-2.2-5.1M19 3v5h-5',
  fullScreen: 'M14 4h6v6M10 20H4v-6M20 4l-7 7M4 20l7-7',
  adjust: 'M5 7h8M17 7h2M5 17h2M11 17h8M15 5v4M9 15v4',
  download: 'M12 4v11M7 11l5 5 5-5M5 20h14',
  previous: 'M14.5 5 7.5 12l7 7',
  next: 'm9.5 5 7 7-7 7',
} as const;

export type Icon = keyof typeof ICONS;

const SVG = 'http://www.w3.org/2000/svg';

export function icon(name: Icon): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  return svg;
}
