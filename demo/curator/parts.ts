import { element } from '../elements.ts';
import { problemInWords } from './words.ts';

/** A new element with these properties and children. */
export function make<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  properties: Partial<HTMLElementTagNameMap[Name]> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

export function button(text: string, act: () => void): HTMLButtonElement {
  const made = make('button', { type: 'button', textContent: text });
  made.addEventListener('click', act);
  return made;
}

/** Shows a text where there is one, and hides its place where there is none. */
export function show(place: HTMLElement, text: string | undefined): void {
  place.textContent = text ?? '';
  place.hidden = text === undefined;
}

/** Runs what may fail, and tells of it beside what was asked for. Undefined where it failed. */
export async function trying<T>(place: HTMLElement, work: () => Promise<T>): Promise<T | undefined> {
  show(place, undefined);
  try {
    return await work();
  } catch (reason) {
    // Closing a browser's dialog isn't a failure.
    if (!(reason instanceof DOMException && reason.name === 'AbortError')) show(place, problemInWords(reason));
    return undefined;
  }
}

/** Tells screen readers what a sighted reader sees happen. */
export function announce(text: string): void {
  element('announcement', HTMLElement).textContent = text;
}

/** Takes what is dropped on a place; `taken` is called in the event itself. */
export function takeDrops(place: HTMLElement, taken: (data: DataTransfer) => void): void {
  place.addEventListener('dragover', (event) => {
    event.preventDefault();
    place.classList.add('over');
  });
  place.addEventListener('dragleave', () => place.classList.remove('over'));
  place.addEventListener('drop', (event) => {
    event.preventDefault();
    place.classList.remove('over');
    if (event.dataTransfer) taken(event.dataTransfer);
  });
}
