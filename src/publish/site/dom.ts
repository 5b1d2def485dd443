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

/** Shows words where there are some. */
export function show(target: HTMLElement, words: string | undefined): void {
  target.textContent = words ?? '';
  target.hidden = words === undefined || words === '';
}
