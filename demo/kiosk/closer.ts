import { element } from '../elements.ts';
import { failureInWords, infoUrl } from '../iiif.ts';
import { hideNotice, showNotice } from '../notice.ts';
import { createViewer, type Viewer } from '../viewer.ts';
import type { Work } from './works.ts';

const LESS_SHARP = 'Parts of it are less sharp than usual for now.';
const PARTS_MISSING = 'Parts of it can’t be shown for now.';
const NOT_SHOWN = 'This work can’t be shown just now. Please choose another one.';

/** The view of one work that can be zoomed. */
export interface Closer {
  readonly isOpen: boolean;
  /** Index of the work that is shown, or was last. */
  readonly work: number;
  open(works: readonly Work[], index: number): void;
  /** Shows the next page (1) or the one before (-1); behind the last one of a work comes the next work. */
  turn(direction: 1 | -1): void;
  /** Asks again for what could not be had. */
  tryAgain(): void;
  close(): void;
}

interface Leaf {
  readonly work: number;
  readonly page: number;
  readonly id: string;
}

/** OpenSeadragon is made when the first work is opened: it measures the frame that it stands in. */
export function createCloser(): Closer {
  const stage = element('stage', HTMLElement);
  let viewer: Viewer | undefined;
  let works: readonly Work[] = [];
  let leaves: readonly Leaf[] = [];
  let at = 0;

  const makeViewer = () =>
    createViewer({
      viewed: () => undefined,
      openFailed: () => void explain(),
      tileFailed: () => tellQuality(PARTS_MISSING),
      tileDegraded: () => tellQuality(LESS_SHARP),
    });

  async function explain(): Promise<void> {
    const asked = leaves[at];
    const words = await failureInWords(infoUrl(asked?.id ?? ''));
    if (words === undefined) viewer?.tryAgain();
    else if (asked === leaves[at] && !stage.hidden) {
      showNotice(NOT_SHOWN, tryAgain);
      element('notice-reason', HTMLElement).textContent = `For the staff: ${words}`;
    }
  }

  function tryAgain(): void {
    hideNotice();
    tellQuality('');
    viewer?.tryAgain();
  }

  function show(): void {
    const leaf = leaves[at];
    const work = works[leaf?.work ?? 0];
    if (!leaf || !work) return;
    hideNotice();
    tellQuality('');
    const count = work.pages.length;
    const page = count > 1 ? `Page ${leaf.page + 1} of ${count}` : '';
    element('work', HTMLElement).textContent = work.title;
    element('author', HTMLElement).textContent = page || (work.author ?? '');
    viewer ??= makeViewer();
    viewer.open(infoUrl(leaf.id), page ? `${work.title}, ${page}` : work.title);
  }

  return {
    get isOpen() {
      return !stage.hidden;
    },
    get work() {
      return leaves[at]?.work ?? 0;
    },
    open(shown, index) {
      works = shown;
      leaves = works.flatMap(({ pages }, work) => pages.map((id, page) => ({ work, page, id })));
      at = leaves.findIndex(({ work }) => work === index);
      for (const id of ['previous', 'next']) element(id, HTMLElement).hidden = leaves.length < 2;
      element('back', HTMLElement).hidden = works.length < 2;
      stage.hidden = false;
      element('start', HTMLElement).inert = true;
      show();
      stage.querySelector<HTMLElement>('.openseadragon-canvas')?.focus({ preventScroll: true });
    },
    turn(direction) {
      at = (at + direction + leaves.length) % leaves.length;
      show();
    },
    tryAgain,
    close() {
      viewer?.close();
      hideNotice();
      stage.hidden = true;
      element('start', HTMLElement).inert = false;
    },
  };
}

/** Under the work's name, where it is in nobody's way. */
function tellQuality(words: string): void {
  element('quality', HTMLElement).textContent = words;
}
