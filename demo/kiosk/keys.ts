import { element } from '../elements.ts';

/** What the keys of the zoomed view do beside those that OpenSeadragon knows when it has the focus. */
const BUTTONS: Readonly<Record<string, string>> = {
  '+': 'zoom-in',
  '=': 'zoom-in',
  '-': 'zoom-out',
  '0': 'whole',
  PageDown: 'next',
  PageUp: 'previous',
  Escape: 'back',
};

/** Works the button that a key stands for; true when there is one. */
export function pressFor({ key, target }: KeyboardEvent): boolean {
  const button = BUTTONS[key];
  const isCanvas = target instanceof Element && target.closest('#canvas') !== null;
  if (button === undefined || (isCanvas && /^[-+=0]$/.test(key))) return false;
  const found = element(button, HTMLButtonElement);
  if (!found.hidden) found.click();
  return true;
}
