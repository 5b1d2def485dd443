import type { TileTrouble } from '../openseadragon/trouble.ts';
import { fillPanel } from './adjust.ts';
import type { Connection } from './connection.ts';
import { saveView } from './download.ts';
import { hideTools, type Parts } from './parts.ts';
import { createStage, type Stage } from './stage.ts';
import { fillStrip } from './strip.ts';
import { type Words, withNumbers } from './words.ts';
import type { Work } from './work.ts';

export interface SessionOptions {
  readonly parts: Parts;
  readonly words: Words;
  readonly connection: Connection;
  readonly work: Work;
  readonly rotation: number;
  readonly pageShown: (page: number) => void;
  readonly viewed: () => void;
  readonly rotated: (degrees: number) => void;
  readonly failed: (message: string) => void;
}

/** A work that is being looked at. */
export interface Session {
  readonly stage: Stage;
  readonly page: number;
  /** Shows this page, counted from 0, and of it this region (the value of `#xywh=`). False when it can't be, or another was asked for since. */
  show(page: number, xywh?: string | null): Promise<boolean>;
  /** On by so many pages. */
  turn(by: number): void;
  end(): void;
}

/** Puts a work into the viewer, and its controls to work on it. */
export function startSession(options: SessionOptions): Session {
  const { parts, words, connection, work } = options;
  const { buttons, bar, message, pager, strip, counter, status } = parts;
  const count = work.pages.length;
  const wiring = new AbortController();
  let opening = new AbortController();
  let page = -1;
  /** Some of the page's images are missing altogether. */
  let isIncomplete = false;
  /** The message is about tiles, and goes when they are there. */
  let isOfTiles = false;

  const stage = createStage(parts.stage, connection, {
    viewed: options.viewed,
    rotated: options.rotated,
    progress: showProgress,
    troubled: showTrouble,
    tileFailed: (reason) => tell(words.partsMissing, reason, true),
    imageMissing(reason) {
      isIncomplete = true;
      tell(words.partsMissing, reason, true);
    },
    swiped: (side) => turn(work.isRightToLeft ? -side : side),
  });
  stage.rotation = options.rotation;
  fillPanel(parts.panel, words, parts.stage);
  const pages =
    count > 1 ? fillStrip(strip, { work, words, connection, choose: (index) => void show(index) }) : undefined;
  pager.hidden = count < 2;
  strip.hidden = count < 2;
  pager.dir = work.isRightToLeft ? 'rtl' : 'ltr';

  function on(button: HTMLButtonElement, act: () => void): void {
    button.addEventListener('click', act, { signal: wiring.signal });
  }
  on(buttons.zoomIn, stage.zoomIn);
  on(buttons.zoomOut, stage.zoomOut);
  on(buttons.home, stage.home);
  on(buttons.rotate, () => {
    stage.rotation = (stage.rotation + 90) % 360;
    options.rotated(stage.rotation);
  });
  on(buttons.previous, () => turn(-1));
  on(buttons.next, () => turn(1));
  on(buttons.download, () => {
    const { download } = stage;
    if (!download) return;
    saveView(download, connection.fetch).catch((error: Error) => tell(words.notDownloaded, error.message, true));
  });
  on(parts.tryAgain, again);
  // Tiles are asked for again by themselves.
  addEventListener('online', () => !message.hidden && !isOfTiles && again(), { signal: wiring.signal });

  function again(): void {
    const isNote = message.classList.contains('note');
    hideMessage();
    stage.focus();
    if (isNote && !isIncomplete) stage.tryAgain();
    else void show(page);
  }

  /** `isNote`: most of the image is there. */
  function tell(what: string, reason: string, isNote: boolean): void {
    if (!message.hidden && !isOfTiles) return;
    isOfTiles = false;
    message.classList.toggle('note', isNote);
    message.classList.remove('mild');
    message.setAttribute('role', 'alert');
    parts.messageText.textContent = what;
    parts.messageReason.textContent = reason;
    message.hidden = false;
    if (!isNote) hideTools(parts);
  }

  function showTrouble(trouble: TileTrouble | undefined): void {
    if (!trouble) {
      if (isOfTiles) hideMessage();
      return;
    }
    const what = trouble.kind === 'missing' ? words.partsMissing : words.lessSharp;
    const why = { slow: words.isSlow, unreachable: words.isUnreachable, offline: words.isOffline, refused: '' };
    if (!message.hidden && !isOfTiles) return;
    tell(
      [what, why[trouble.cause]].filter(Boolean).join(' '),
      trouble.cause === 'offline' ? '' : trouble.message,
      true,
    );
    isOfTiles = true;
    if (trouble.kind === 'missing') return;
    // What becomes sharp by itself interrupts nobody.
    message.classList.add('mild');
    message.setAttribute('role', 'status');
  }

  /** Whoever was at its button goes on at the image. */
  function hideMessage(): void {
    if (message.matches(':focus-within')) stage.focus();
    message.hidden = true;
    isOfTiles = false;
  }

  function showProgress(part: number): void {
    bar.hidden = part >= 1;
    bar.style.setProperty('--_part', String(part));
    bar.setAttribute('aria-valuenow', String(Math.round(part * 100)));
  }

  async function show(index: number, xywh: string | null = null): Promise<boolean> {
    const wanted = work.pages[Math.min(count - 1, Math.max(0, index))];
    if (!wanted) return false;
    opening.abort();
    const current = new AbortController();
    opening = current;
    const isOther = page !== work.pages.indexOf(wanted);
    page = work.pages.indexOf(wanted);
    hideMessage();
    isIncomplete = false;
    const numbers = { page: page + 1, count };
    const place = count > 1 ? withNumbers(words.pageOf, numbers) : '';
    const name = [work.label, place, wanted.label].filter(Boolean).join(', ') || words.viewer;
    counter.textContent = `${page + 1} / ${count}`;
    status.textContent = place;
    allow(buttons.previous, page > 0);
    allow(buttons.next, page < count - 1);
    stage.describe(`${name}. ${words.canvasHint}`);
    pages?.mark(page);
    if (isOther) options.pageShown(page);
    showProgress(0);
    try {
      await stage.open(wanted.content, current.signal);
      if (current.signal.aborted) return false;
      stage.fit(xywh);
      parts.toolbar.hidden = false;
      allow(buttons.download, stage.download !== undefined);
      options.viewed();
      return true;
    } catch (error) {
      if (current.signal.aborted) return false;
      showProgress(1);
      const reason = error instanceof Error ? error.message : String(error);
      tell(words.notShown, reason, false);
      options.failed(reason);
      return false;
    }
  }

  function turn(by: number): void {
    const next = page + by;
    if (next >= 0 && next < count) void show(next);
  }

  return {
    stage,
    get page() {
      return page;
    },
    show,
    turn,
    end() {
      opening.abort();
      wiring.abort();
      pages?.clear();
      stage.destroy();
    },
  };
}

/** A button that is disabled by itself loses the focus, and with it whoever works by keyboard. */
function allow(button: HTMLButtonElement, isUseful: boolean): void {
  if (isUseful) button.removeAttribute('aria-disabled');
  else button.setAttribute('aria-disabled', 'true');
}
