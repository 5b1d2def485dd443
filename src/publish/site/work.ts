import { register } from '../../page/register.ts';
import { asked, imageUrl, manifestPath, type Page, pageUrl, readWork, siteUrl } from './documents.ts';
import { element, load, show, started, tell } from './dom.ts';

started();
const { slug, page: number } = asked();

try {
  const { title, summary, metadata, rights, pages } = await readWork(slug);
  const index = Math.min(number, pages.length) - 1;
  const page = pages[index];
  if (!page) throw new Error('This work has no pages.');
  document.title = title;
  element('title', HTMLElement).textContent = title;
  show(element('summary', HTMLElement), summary);
  const list = element('metadata', HTMLElement);
  for (const [label, value] of [...metadata, ...page.metadata]) list.append(...pairOf(label, value));
  if (rights !== undefined) list.append(...pairOf('Rights', rights, rights));
  element('manifest', HTMLAnchorElement).href = new URL(manifestPath(slug), siteUrl).href;
  for (const id of ['zoom', 'large']) element(id, HTMLAnchorElement).href = pageUrl('zoom', slug, index + 1);
  await register();
  const picture = element('picture', HTMLImageElement);
  picture.alt = pages.length > 1 ? `${title}, ${page.label}` : title;
  load(picture, imageUrl(page.identifier, 1200));
  if (pages.length > 1)
    element('pages', HTMLElement).append(...pages.map((each, at) => thumbnailOf(each, at, at === index)));
} catch (problem) {
  tell(problem);
}

function pairOf(label: string, value: string, href?: string): readonly HTMLElement[] {
  const term = document.createElement('dt');
  term.textContent = label;
  const words = document.createElement('dd');
  if (href === undefined || !/^https?:/.test(href)) words.textContent = value;
  else {
    const link = document.createElement('a');
    link.href = href;
    link.textContent = value;
    words.append(link);
  }
  return [term, words];
}

function thumbnailOf({ identifier, label }: Page, index: number, isShown: boolean): HTMLLIElement {
  const item = document.createElement('li');
  const link = document.createElement('a');
  link.href = pageUrl('work', slug, index + 1);
  if (isShown) link.setAttribute('aria-current', 'page');
  const picture = document.createElement('img');
  picture.loading = 'lazy';
  picture.alt = '';
  load(picture, imageUrl(identifier, 400));
  const words = document.createElement('span');
  words.className = 'label';
  words.textContent = label;
  link.append(picture, words);
  item.append(link);
  return item;
}
