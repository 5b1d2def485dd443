/**
 * The element of the page with this id.
 * @throws {Error} when the page has none, or one of another type: page and script don't belong together.
 */
export function element<T extends Element>(id: string, type: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`The page has no ${type.name} #${id}.`);
  return found;
}

/** Shows what went wrong, in words. */
export function tell(problem: unknown): void {
  const notice = element('notice', HTMLElement);
  notice.textContent = problem instanceof Error ? problem.message : String(problem);
  notice.hidden = false;
}

/** What the image server says of something that it can't show. */
export async function wordsOf(url: string): Promise<string> {
  const answer = await fetch(url).catch(() => undefined);
  const text = answer?.headers.get('Content-Type')?.startsWith('text/plain') ? (await answer.text()).trim() : '';
  return text || 'The image could not be opened. Reload the page.';
}

let isTold = false;

/** A picture from the image server. The first one that fails is explained: the others fail for the same reason. */
export function load(picture: HTMLImageElement, url: string): void {
  picture.addEventListener('error', () => {
    picture.classList.add('missing');
    if (isTold) return;
    isTold = true;
    void wordsOf(url).then(tell);
  });
  picture.src = url;
}

/** Tells the page that its scripts run: where they don't, as on pages from a disk, it says so itself after a while. */
export function started(): void {
  document.documentElement.setAttribute('data-started', '');
}

/** Shows words where there are some. */
export function show(target: HTMLElement, words: string | undefined): void {
  target.textContent = words ?? '';
  target.hidden = words === undefined || words === '';
}
