import { type PackDownload, type PackStatus, unpin, verify } from '../../src/page/index.ts';
import { exportToFile } from './pack-files.ts';
import { announce, button, make, show, trying } from './parts.ts';
import { confirmRemoval } from './removal.ts';
import { progressInWords, sizeInWords, statusInWords, verifiedInWords } from './words.ts';

/** One pack in the list. */
export interface PackEntry {
  readonly item: HTMLLIElement;
  /** Shows it as it is by now. */
  update(pack: PackStatus): void;
  /** Follows a download to its end. */
  follow(download: PackDownload): void;
}

export interface PackEntryEvents {
  /** It has changed, or is gone. */
  readonly changed: () => void;
  /** What is missing is to be fetched. */
  readonly fetchAgain: () => Promise<void>;
}

export function createPackEntry(first: PackStatus, { changed, fetchAgain }: PackEntryEvents): PackEntry {
  let pack = first;
  let download: PackDownload | undefined;
  /** Looking through or exporting. */
  let isBusy = false;
  const state = make('p', { className: 'state' });
  const bar = make('progress');
  const part = make('span');
  const progress = make('div', { className: 'progress', hidden: true }, bar, part);
  const problem = make('p', { className: 'problem', hidden: true });
  problem.setAttribute('role', 'alert');
  const result = make('p', { className: 'hint' });
  const pause = button('Pause', () => {
    if (download?.progress.state === 'paused') download.resume();
    else download?.pause();
  });
  const cancel = button('Cancel', () => void act(() => removeAfterAsking('Cancel and remove')));
  const again = button('Fetch what is missing', () => void act(fetchAgain));
  const check = button('Verify', () => void act(verifyAll));
  const save = button('Export…', () => void act(exportAll));
  const remove = button('Remove…', () => void act(() => removeAfterAsking('Remove')));
  const title = make('h3');
  const item = make('li', { className: 'pack' }, title, state, progress, result, problem);
  item.append(make('div', { className: 'row' }, pause, cancel, again, check, save, remove));
  render();

  function render(): void {
    title.textContent = pack.label;
    const isLoading = download !== undefined;
    item.classList.toggle('complete', pack.isComplete && !isLoading);
    show(state, isLoading ? undefined : statusInWords(pack));
    progress.hidden = !isLoading && !isBusy;
    bar.setAttribute('aria-label', `Progress of ${pack.label}`);
    for (const [control, isShown] of [
      [pause, isLoading && !isBusy],
      [cancel, isLoading && !isBusy],
      [again, !isLoading && !isBusy && !pack.isComplete],
      [check, !isLoading && !isBusy],
      [save, !isLoading && !isBusy && pack.isComplete],
      [remove, !isLoading && !isBusy],
    ] as const) {
      control.hidden = !isShown;
      // Which pack it is, for those who go from button to button.
      control.setAttribute('aria-description', pack.label);
    }
  }

  function showPart(done: number, all: number, words: string): void {
    bar.max = Math.max(1, all);
    bar.value = done;
    part.textContent = words;
  }

  async function act(work: () => Promise<void>): Promise<void> {
    result.textContent = '';
    const hadFocus = item.contains(document.activeElement);
    await trying(problem, work);
    isBusy = false;
    render();
    // A button that was pressed may be gone.
    const next = [...item.querySelectorAll('button')].find((one) => !one.hidden);
    if (hadFocus && item.isConnected && document.activeElement === document.body) next?.focus();
  }

  function begin(words: string): void {
    isBusy = true;
    showPart(0, 1, words);
    render();
  }

  async function verifyAll(): Promise<void> {
    begin('Looking through');
    const { damaged, pack: after } = await verify(pack.id, {
      onProgress: ({ bytes, bytesDone }) => showPart(bytesDone, bytes, `${sizeInWords(bytesDone)} looked through`),
    });
    pack = after;
    result.textContent = verifiedInWords(damaged, after.isComplete);
    announce(`${pack.label}: ${result.textContent}`);
  }

  async function exportAll(): Promise<void> {
    begin('Exporting');
    const isWritten = await exportToFile(pack.id, pack.label, ({ bytes, bytesDone }) =>
      showPart(bytesDone, bytes, `${sizeInWords(bytesDone)} of ${sizeInWords(bytes)} written`),
    );
    result.textContent = isWritten ? 'Exported.' : 'Exported to your downloads.';
    announce(`${pack.label}: ${result.textContent}`);
  }

  async function removeAfterAsking(yes: string): Promise<void> {
    if (!(await confirmRemoval(pack.label, pack.bytes, yes))) return;
    await unpin(pack.id);
    announce(`${pack.label} was removed.`);
    changed();
  }

  return {
    item,
    update(now) {
      pack = now;
      render();
    },
    follow(started) {
      download = started;
      let isDrawing = false;
      const draw = () => {
        isDrawing = false;
        const { bytesDone, bytes, state: how } = started.progress;
        showPart(bytesDone, bytes, progressInWords(started.progress));
        pause.textContent = how === 'paused' ? 'Resume' : 'Pause';
      };
      started.addEventListener('progress', () => {
        if (!isDrawing) requestAnimationFrame(draw);
        isDrawing = true;
      });
      draw();
      show(problem, undefined);
      render();
      const ended = (now: PackStatus) => {
        pack = now;
        announce(`${pack.label}: ${statusInWords(pack)}`);
      };
      const over = async () => {
        // Whoever cancelled it knows.
        await trying(problem, async () => ended(await started.done));
        if (download !== started) return;
        download = undefined;
        render();
        changed();
      };
      void over();
    },
  };
}
