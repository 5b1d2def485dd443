import { element } from './elements.ts';

let again: () => void = () => undefined;

/** Shows a message in words on the viewer, until it is closed or replaced; `tryAgain` gets a button where there is one. */
export function showNotice(text: string, tryAgain?: () => void): void {
  again = tryAgain ?? (() => undefined);
  element('notice-again', HTMLElement).hidden = tryAgain === undefined;
  element('notice-text', HTMLElement).textContent = text;
  element('notice', HTMLElement).hidden = false;
}

/** Whether a message stands on the page. */
export function noticeShown(): boolean {
  return !element('notice', HTMLElement).hidden;
}

/** Takes the message away. */
export function hideNotice(): void {
  element('notice', HTMLElement).hidden = true;
}

/** Makes the message's buttons work. */
export function wireNotice(): void {
  element('notice-close', HTMLButtonElement).addEventListener('click', hideNotice);
  element('notice-again', HTMLButtonElement).addEventListener('click', () => again());
}

/** The words of whatever was thrown. */
export function inWords(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}
