import { element } from '../elements.ts';

/** The Keyboard Lock API, in browsers that have it. */
interface KeyboardLock {
  lock(keys: readonly string[]): Promise<void>;
}

let declined = false;

/**
 * Fills the screen, within a touch or a key press, unless the browser fills it already or somebody left it since the
 * last start.
 */
export function fillScreen(): void {
  if (declined || isFull() || !document.fullscreenEnabled) return;
  // A refusal (a frame without permission) leaves the page as it is, which is all there is to say of it.
  document.documentElement
    .requestFullscreen({ navigationUI: 'hide' })
    .then(() => keyboardLock()?.lock(['Escape']))
    .catch(() => undefined);
}

/** The next visitor is asked again, so to speak. */
export function forgetDeclined(): void {
  declined = false;
}

/** Makes the button fill the screen, which it does for someone who only wants to see the start. */
export function wireFullScreen(): void {
  const button = element('fill', HTMLButtonElement);
  const show = () => {
    button.hidden = !document.fullscreenEnabled || isFull();
  };
  button.addEventListener('click', () => {
    forgetDeclined();
    fillScreen();
  });
  document.addEventListener('fullscreenchange', () => {
    declined = document.fullscreenElement === null;
    show();
  });
  matchMedia('(display-mode: fullscreen)').addEventListener('change', show);
  show();
}

function isFull(): boolean {
  return document.fullscreenElement !== null || matchMedia('(display-mode: fullscreen)').matches;
}

/** Without it the browser takes the Escape key for itself, which here leads back to the works. */
function keyboardLock(): KeyboardLock | undefined {
  const keyboard: unknown = Reflect.get(navigator, 'keyboard');
  return isKeyboardLock(keyboard) ? keyboard : undefined;
}

function isKeyboardLock(value: unknown): value is KeyboardLock {
  return typeof value === 'object' && value !== null && 'lock' in value && typeof value.lock === 'function';
}
