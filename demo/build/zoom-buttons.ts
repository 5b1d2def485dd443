interface ZoomButton {
  readonly id: string;
  readonly label: string;
  /** Of an icon of 24 × 24. */
  readonly path: string;
}

const BUTTONS: readonly ZoomButton[] = [
  { id: 'zoom-in', label: 'Zoom in', path: 'M12 5v14M5 12h14' },
  { id: 'zoom-out', label: 'Zoom out', path: 'M5 12h14' },
  { id: 'whole', label: 'Show the whole image', path: 'M4 11.5 12 5l8 6.5M6.5 10v9h11v-9' },
];

const PLACE = '<div class="toolbar">';

/** Puts the buttons that every viewer has at the start of a page's `<div class="toolbar">`. */
export function withZoomButtons(html: string): string {
  const buttons = BUTTONS.map(
    ({ id, label, path }) =>
      `<button type="button" id="${id}" aria-label="${label}" title="${label}"><svg viewBox="0 0 24 24" aria-hidden="true"><path d="${path}"/></svg></button>`,
  );
  return html.replace(PLACE, PLACE + buttons.join(''));
}
