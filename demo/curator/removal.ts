import { element } from '../elements.ts';
import { sizeInWords } from './words.ts';

/** Asks whether a pack is to go. `yes`: what the button says. */
export function confirmRemoval(label: string, bytes: number, yes: string): Promise<boolean> {
  const dialog = element('removal', HTMLDialogElement);
  element('removal-text', HTMLElement).textContent =
    `“${label}” (${sizeInWords(bytes)}) will not be there without a network any more. To have it again it must be fetched or imported again.`;
  const agree = dialog.querySelector<HTMLButtonElement>('[value="yes"]');
  if (agree) agree.textContent = yes;
  dialog.returnValue = '';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
  });
}
