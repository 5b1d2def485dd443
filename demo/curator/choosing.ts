import { measure, type PackContent, type PackDownload, packStorage, pin } from '../../src/page/index.ts';
import { element } from '../elements.ts';
import { type Choice, createChoices } from './choices.ts';
import { show, trying } from './parts.ts';
import { sumInWords } from './words.ts';

const IS_ADDRESS = /^https?:/;

/** Choosing works and keeping them. `begun`: a download has started. Gives what finds out all sizes anew. */
export function startChoosing(begun: (download: PackDownload) => void): () => Promise<void> {
  const choices = createChoices(contentChosen, () => void showSum());
  const problem = element('keep-problem', HTMLElement);
  const keep = element('keep', HTMLButtonElement);
  let free = Number.POSITIVE_INFINITY;

  async function measureAll(): Promise<void> {
    ({ free } = await packStorage());
    await choices.measureAll();
  }

  async function showSum(): Promise<void> {
    const chosen = choices.current().filter(({ isChosen }) => isChosen);
    const isKnown = chosen.every(({ measured }) => measured !== undefined);
    const bytes = chosen.reduce((sum, { measured }) => sum + (measured?.bytes ?? 0), 0);
    const held = chosen.reduce((sum, { measured }) => sum + (measured?.held ?? 0), 0);
    const sum = element('sum', HTMLElement);
    sum.textContent = isKnown ? sumInWords({ count: chosen.length, bytes, held, free }) : 'Finding out the size …';
    sum.classList.toggle('too-much', isKnown && bytes - held > free);
    show(problem, undefined);
  }

  async function keepChosen(): Promise<void> {
    const chosen = choices.current().filter(({ isChosen }) => isChosen);
    if (chosen.length === 0) throw new Error('Choose at least one work in the list above.');
    const options = { what: contentChosen() };
    // What a document holds is a pack of its own; single images are kept together.
    const documents = chosen.filter(({ target }) => IS_ADDRESS.test(target));
    const images = chosen.filter(({ target }) => !IS_ADDRESS.test(target));
    if (images.length > 0) {
      const identifiers = images.map(({ target }) => target);
      begun(await pin(identifiers, { ...options, label: labelOf(images) }));
    }
    for (const { target } of documents) begun(await pin(target, options));
    choices.chooseNone();
  }

  keep.addEventListener('click', async () => {
    keep.disabled = true;
    await trying(problem, keepChosen);
    keep.disabled = false;
  });
  element('add', HTMLFormElement).addEventListener('submit', async (event) => {
    event.preventDefault();
    const address = element('address', HTMLInputElement);
    const target = address.value.trim();
    await trying(element('address-problem', HTMLElement), async () => {
      if (target === '') throw new Error('Write the address of a manifest or a collection, or an identifier.');
      choices.add(target, await measure(target, { what: contentChosen() }));
      address.value = '';
    });
  });
  const width = element('width', HTMLInputElement);
  width.addEventListener('focus', () => {
    element('what-width', HTMLInputElement).checked = true;
  });
  for (const id of ['what-all', 'what-width', 'width']) {
    element(id, HTMLInputElement).addEventListener('change', () => void trying(problem, measureAll));
  }
  return measureAll;
}

function contentChosen(): PackContent {
  const width = element('width', HTMLInputElement).valueAsNumber;
  const isAll = element('what-all', HTMLInputElement).checked || !(width > 0);
  return isAll ? 'source' : { width };
}

function labelOf([first, ...more]: readonly Choice[]): string {
  const others = more.length === 1 ? ' and 1 more' : ` and ${more.length} more`;
  return `${first?.title ?? ''}${more.length === 0 ? '' : others}`;
}
