import type { Words } from './words.ts';

/** Names of CSS filters, and of the words for them. */
const FILTERS = { brightness: 'brightness', contrast: 'contrast', saturation: 'saturate' } as const;
const NAMES = ['brightness', 'contrast', 'saturation'] as const;

/** In percent. */
const RANGE = { min: '0', max: '200', step: '5', value: '100' };

/** Fills the panel with sliders, and lays their filters, none to begin with, on the image. */
export function fillPanel(panel: HTMLElement, words: Words, stage: HTMLElement): void {
  const apply = () => {
    const parts = sliders.map(({ name, input }) => `${FILTERS[name]}(${input.value}%)`);
    const isPlain = sliders.every(({ input }) => input.value === RANGE.value);
    stage.style.setProperty('--_filter', isPlain ? 'none' : parts.join(' '));
  };
  const sliders = NAMES.map((name) => {
    const input = Object.assign(document.createElement('input'), { type: 'range', ...RANGE });
    input.part.add('slider');
    input.addEventListener('input', apply);
    const label = document.createElement('label');
    label.append(words[name], input);
    return { name, input, label };
  });
  const reset = () => {
    for (const { input } of sliders) input.value = RANGE.value;
    apply();
  };
  const button = document.createElement('button');
  button.type = 'button';
  button.part.add('button');
  button.textContent = words.reset;
  button.addEventListener('click', reset);
  panel.setAttribute('aria-label', words.adjust);
  panel.replaceChildren(...sliders.map(({ label }) => label), button);
  apply();
}
