import type { InPageServe } from '../in-page.ts';
import { connect } from './connect.ts';
import type { Connection } from './connection.ts';
import { sourcesOf } from './given-sources.ts';
import { buildParts, hideTools, type Parts } from './parts.ts';
import { readSource } from './read-source.ts';
import { type Session, startSession } from './session.ts';
import { regionText } from './view.ts';
import { type Words, wordsFor } from './words.ts';

/** Where a viewer is. */
export interface PottoView {
  /** From 1 on. */
  readonly page: number;
  /** The visible region as `x,y,w,h` in pixels of the image; '' when none of it is visible. */
  readonly xywh: string;
  /** Degrees, clockwise. */
  readonly rotation: number;
}

/** What `potto-open` tells: something is shown. */
export interface PottoOpened {
  readonly label: string;
  /** How many pages there are. */
  readonly pages: number;
  /** Who answers: the service worker, a server in the page, or none of ours. */
  readonly server: Connection['kind'];
}

const RELOADING = ['src', 'worker', 'sources', 'prefix', 'in-page', 'lang'];

/**
 * `<potto-viewer src="…">`: shows an image, or the pages of a manifest. It registers the service worker by itself, and has
 * a worker of the page answer in its place where there is none.
 *
 * Fires `potto-open` (`PottoOpened`), `potto-page` and `potto-view` (`PottoView`), and `potto-error` (`{ message }`).
 */
export class PottoViewerElement extends HTMLElement {
  static readonly observedAttributes = [...RELOADING, 'page', 'rotation', 'xywh'];

  readonly #parts: Parts;
  #session: Session | undefined;
  #loading = new AbortController();
  #words: Words = wordsFor([]).words;
  #isScheduled = false;
  #sources: InPageServe['sources'] | undefined;

  constructor() {
    super();
    this.#parts = buildParts(this.attachShadow({ mode: 'open', delegatesFocus: true }));
    this.#wire();
  }

  /** An identifier of the image server, or the URL of an `info.json`, a manifest, or an image. */
  get src(): string {
    return this.getAttribute('src') ?? '';
  }
  set src(value: string) {
    this.setAttribute('src', value);
  }

  /** The script of the service worker, relative to the page. */
  get worker(): string {
    return this.getAttribute('worker') ?? 'sw.js';
  }
  set worker(value: string) {
    this.setAttribute('worker', value);
  }

  /** Where images are, for a server in the page; without it the worker's script runs there and says so itself. */
  get sources(): InPageServe['sources'] | undefined {
    return this.#sources ?? sourcesOf(this.getAttribute('sources'));
  }
  set sources(value: InPageServe['sources'] | undefined) {
    this.#sources = value;
    this.#schedule();
  }

  /** From 1 on. */
  get page(): number {
    return this.#session ? this.#session.page + 1 : Math.max(1, Number(this.getAttribute('page')) || 1);
  }
  set page(value: number) {
    this.setAttribute('page', String(value));
  }

  /** Degrees, clockwise. */
  get rotation(): number {
    return Number(this.getAttribute('rotation')) || 0;
  }
  set rotation(value: number) {
    this.setAttribute('rotation', String(value));
  }

  /** The region to show first, `x,y,w,h` in pixels, or `percent:x,y,w,h`; what is seen later is told by `view`. */
  get xywh(): string {
    return this.getAttribute('xywh') ?? '';
  }
  set xywh(value: string) {
    this.setAttribute('xywh', value);
  }

  /** What is seen now. */
  get view(): PottoView {
    const region = this.#session?.stage.region;
    return { page: this.page, xywh: region ? regionText(region) : '', rotation: this.rotation };
  }

  connectedCallback(): void {
    this.#schedule();
  }

  disconnectedCallback(): void {
    this.#end();
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (RELOADING.includes(name)) {
      if (before !== now) this.#schedule();
      return;
    }
    const session = this.#session;
    // What is set along with another source isn't for this one.
    if (!session || this.#isScheduled) return;
    if (name === 'rotation') session.stage.rotation = this.rotation;
    const page = Number(now) - 1;
    if (name === 'page' && page !== session.page && Number.isInteger(page)) void session.show(page);
    if (name === 'xywh') session.stage.fit(now);
  }

  #wire(): void {
    const { buttons, panel, frame } = this.#parts;
    buttons.fullScreen.hidden = !document.fullscreenEnabled;
    buttons.fullScreen.addEventListener('click', () => this.#toggleFullScreen());
    buttons.adjust.addEventListener('click', () => this.#togglePanel(panel.hidden === true));
    frame.addEventListener('keydown', (event) => {
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      // These keys move a slider as well.
      const isSlider = event.composedPath()[0] instanceof HTMLInputElement;
      if (isSlider && event.key !== 'Escape') return;
      if (event.key === 'PageDown') this.#session?.turn(1);
      else if (event.key === 'PageUp') this.#session?.turn(-1);
      else if (event.key === 'Escape' && !panel.hidden) this.#togglePanel(false);
      else return;
      event.preventDefault();
    });
    this.addEventListener('fullscreenchange', () => this.#label());
  }

  #togglePanel(isOpen: boolean): void {
    const { buttons, panel } = this.#parts;
    panel.hidden = !isOpen;
    buttons.adjust.setAttribute('aria-expanded', String(isOpen));
    if (isOpen) panel.querySelector('input')?.focus();
    else buttons.adjust.focus();
  }

  #toggleFullScreen(): void {
    const change = document.fullscreenElement ? document.exitFullscreen() : this.requestFullscreen();
    // A refusal (a frame without permission) leaves the viewer as it is, which is all there is to say of it.
    change.catch(() => undefined);
  }

  /** Several attributes that are set together load once. */
  #schedule(): void {
    if (this.#isScheduled || !this.isConnected) return;
    this.#isScheduled = true;
    queueMicrotask(() => {
      this.#isScheduled = false;
      if (this.isConnected) void this.#load();
    });
  }

  async #load(): Promise<void> {
    const hadFocus = this.matches(':focus-within');
    this.#end();
    const { signal } = this.#loading;
    const languages = this.#speak();
    const { bar, message } = this.#parts;
    // Whoever pressed the button in it stays there until there is something else.
    message.hidden = !message.matches(':focus-within');
    if (this.src === '') return;
    bar.hidden = false;
    try {
      const { sources } = this;
      const connection = await connect({
        script: new URL(this.worker, document.baseURI).href,
        serve: sources === undefined ? undefined : { sources },
        prefix: this.getAttribute('prefix') ?? 'iiif/',
        inPage: this.hasAttribute('in-page'),
      });
      signal.throwIfAborted();
      const onProgress = (part: number) => bar.style.setProperty('--_part', String(part));
      const work = await readSource(this.src, connection, { base: document.baseURI, languages, signal, onProgress });
      signal.throwIfAborted();
      this.#start(work, connection);
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
    }
    // It went with what was shown before, unless the reader took it elsewhere.
    if (hadFocus && document.activeElement === document.body) this.focus({ preventScroll: true });
  }

  #start(work: Parameters<typeof startSession>[0]['work'], connection: Connection): void {
    const session = startSession({
      parts: this.#parts,
      words: this.#words,
      connection,
      work,
      rotation: this.rotation,
      pageShown: (page) => {
        this.setAttribute('page', String(page + 1));
        this.#tell('potto-page', this.view);
      },
      viewed: () => this.#tell('potto-view', this.view),
      rotated: (degrees) => {
        this.rotation = degrees;
      },
      failed: (message) => this.#tell('potto-error', { message }),
    });
    const first = this.page - 1;
    this.#session = session;
    const { label, pages } = work;
    void session.show(first, this.getAttribute('xywh')).then((isShown) => {
      if (!isShown || this.#session !== session) return;
      this.#tell('potto-open', { label, pages: pages.length, server: connection.kind } satisfies PottoOpened);
    });
  }

  #fail(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    const { bar, message, messageText, messageReason, tryAgain } = this.#parts;
    bar.hidden = true;
    messageText.textContent = this.#words.notShown;
    messageReason.textContent = reason;
    message.classList.remove('note', 'mild');
    message.setAttribute('role', 'alert');
    message.hidden = false;
    hideTools(this.#parts);
    const { signal } = this.#loading;
    tryAgain.addEventListener('click', () => void this.#load(), { signal });
    addEventListener('online', () => void this.#load(), { signal });
    this.#tell('potto-error', { message: reason });
  }

  #end(): void {
    this.#loading.abort();
    this.#loading = new AbortController();
    this.#session?.end();
    this.#session = undefined;
  }

  #tell(name: string, detail: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }

  /** Takes the language that it is told, the reader's, or that of the page around. Gives back what labels are wanted in. */
  #speak(): readonly string[] {
    const around = this.parentElement?.closest<HTMLElement>('[lang]')?.lang;
    const languages = [this.lang, ...navigator.languages, around ?? ''].filter(Boolean);
    const { language, words } = wordsFor(languages);
    this.#words = words;
    this.#parts.frame.lang = language;
    this.#label();
    return languages;
  }

  #label(): void {
    const { buttons, toolbar, pager, bar, tryAgain } = this.#parts;
    const words = this.#words;
    for (const [name, button] of Object.entries(buttons)) {
      const isLeaving = name === 'fullScreen' && document.fullscreenElement === this;
      const label = isLeaving ? words.leaveFullScreen : Reflect.get(words, name);
      button.setAttribute('aria-label', label);
      button.title = label;
    }
    toolbar.setAttribute('aria-label', words.viewer);
    pager.setAttribute('aria-label', words.pages);
    bar.setAttribute('aria-label', words.loading);
    tryAgain.textContent = words.tryAgain;
  }
}

// A page may load this twice, by two of its parts.
if (!customElements.get('potto-viewer')) customElements.define('potto-viewer', PottoViewerElement);
