import { element } from './elements.ts';

/** Shows a message in words at the top of the page, until it is closed or replaced. */
export function showNotice(text: string): void {
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

/** Makes the message's button close it. */
export function wireNotice(): void {
  element('notice-close', HTMLButtonElement).addEventListener('click', hideNotice);
}

/** The words of whatever was thrown. */
export function inWords(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}
