import { register } from '../../page/register.ts';
import { type CataloguedWork, imageUrl, pageUrl, readCatalogue } from './documents.ts';
import { element, load, started, tell } from './dom.ts';

started();
const field = element('search', HTMLInputElement);
const count = element('count', HTMLElement);

/** For comparing: without capitals and accents. */
const plain = (text: string) => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();

try {
  const catalogue = await readCatalogue();
  document.title = catalogue.title;
  element('title', HTMLElement).textContent = catalogue.title;
  // Pictures are asked for once the worker answers.
  await register();
  const cards = catalogue.works.map((work) => ({ card: cardOf(work), words: plain(`${work.title} ${work.words}`) }));
  element('works', HTMLElement).append(...cards.map(({ card }) => card));
  const search = () => {
    const wanted = plain(field.value).split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { card, words } of cards) {
      card.hidden = !wanted.every((word) => words.includes(word));
      if (!card.hidden) shown += 1;
    }
    count.textContent = `${shown} of ${cards.length} ${cards.length === 1 ? 'work' : 'works'}`;
    const query = field.value.trim() === '' ? '' : `?${new URLSearchParams({ q: field.value.trim() })}`;
    history.replaceState(null, '', location.pathname + query);
  };
  field.value = new URLSearchParams(location.search).get('q') ?? '';
  field.addEventListener('input', search);
  element('form', HTMLFormElement).addEventListener('submit', (event) => event.preventDefault());
  search();
} catch (problem) {
  count.textContent = '';
  tell(problem);
}

function cardOf({ slug, title, image, pages }: CataloguedWork): HTMLLIElement {
  const card = document.createElement('li');
  const link = document.createElement('a');
  link.href = pageUrl('work', slug);
  const picture = document.createElement('img');
  picture.loading = 'lazy';
  picture.alt = '';
  load(picture, imageUrl(image, 400));
  const label = document.createElement('span');
  label.className = 'label';
  label.textContent = title;
  if (pages > 1) {
    const number = document.createElement('span');
    number.className = 'pages-of';
    number.textContent = `${pages} pages`;
    label.append(number);
  }
  link.append(picture, label);
  card.append(link);
  return card;
}
