import { type Icon, icon } from './icons.ts';
import { styles } from './styles.ts';

/** The elements that the viewer consists of, in its shadow tree. */
export interface Parts {
  readonly frame: HTMLElement;
  /** OpenSeadragon's. */
  readonly stage: HTMLElement;
  readonly bar: HTMLElement;
  readonly toolbar: HTMLElement;
  readonly buttons: Readonly<Record<Icon, HTMLButtonElement>>;
  readonly panel: HTMLElement;
  readonly pager: HTMLElement;
  readonly strip: HTMLElement;
  readonly message: HTMLElement;
  readonly messageText: HTMLElement;
  /** Words of the server, which are English. */
  readonly messageReason: HTMLElement;
  readonly tryAgain: HTMLButtonElement;
  /** For the eye: which page it is. */
  readonly counter: HTMLElement;
  /** For the ear. */
  readonly status: HTMLElement;
}

/** Builds the shadow tree; `part`s have the names of the fields. */
export function buildParts(root: ShadowRoot): Parts {
  root.adoptedStyleSheets = [styles()];
  const frame = part('div', 'frame');
  const stage = part('div', 'stage');
  const bar = part('div', 'bar');
  bar.setAttribute('role', 'progressbar');
  bar.hidden = true;
  const buttons = {
    zoomIn: button('zoomIn'),
    zoomOut: button('zoomOut'),
    home: button('home'),
    rotate: button('rotate'),
    adjust: button('adjust'),
    download: button('download'),
    fullScreen: button('fullScreen'),
    previous: button('previous'),
    next: button('next'),
  };
  const toolbar = part('div', 'toolbar');
  toolbar.setAttribute('role', 'group');
  const { previous, next, ...tools } = buttons;
  toolbar.append(...Object.values(tools));
  const panel = part('div', 'panel');
  panel.hidden = true;
  panel.id = 'panel';
  panel.setAttribute('role', 'group');
  buttons.adjust.setAttribute('aria-controls', panel.id);
  buttons.adjust.setAttribute('aria-expanded', 'false');
  const counter = part('span', 'counter');
  counter.dir = 'ltr';
  const pager = part('div', 'pager');
  pager.setAttribute('role', 'group');
  pager.hidden = true;
  pager.append(previous, counter, next);
  const strip = part('nav', 'strip');
  strip.hidden = true;
  const messageText = document.createElement('p');
  const messageReason = document.createElement('p');
  messageReason.lang = 'en';
  const tryAgain = document.createElement('button');
  tryAgain.type = 'button';
  tryAgain.part.add('button', 'try-again');
  const message = part('div', 'message');
  message.setAttribute('role', 'alert');
  message.hidden = true;
  message.append(messageText, messageReason, tryAgain);
  const status = document.createElement('p');
  status.className = 'status';
  status.setAttribute('aria-live', 'polite');
  const view = part('div', 'view');
  view.append(stage, bar, toolbar, panel, pager, message);
  frame.append(view, strip, status);
  root.replaceChildren(frame);
  return {
    ...{ frame, stage, bar, toolbar, buttons, panel, pager, strip },
    ...{ message, messageText, messageReason, tryAgain, counter, status },
  };
}

/** For an error in place of the image. Whoever was among the tools goes on at what can be done about it. */
export function hideTools({ toolbar, panel, buttons, tryAgain }: Parts): void {
  const wasThere = toolbar.matches(':focus-within') || panel.matches(':focus-within');
  toolbar.hidden = true;
  panel.hidden = true;
  buttons.adjust.setAttribute('aria-expanded', 'false');
  if (wasThere) tryAgain.focus();
}

function part(tag: string, name: string): HTMLElement {
  const element = document.createElement(tag);
  element.className = name;
  element.part.add(name);
  return element;
}

function button(name: Icon): HTMLButtonElement {
  const made = document.createElement('button');
  made.type = 'button';
  made.part.add(
    'button',
    name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
  );
  made.append(icon(name));
  return made;
}
