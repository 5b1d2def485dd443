import { element } from '../elements.ts';
import { createIdleClock, type IdleOptions } from './idle.ts';

const seconds = new Intl.NumberFormat('en', { style: 'unit', unit: 'second', unitDisplay: 'long' });
const SIGNS = ['pointerdown', 'pointermove', 'touchstart', 'keydown', 'wheel'] as const;

export interface StillThereOptions extends Pick<IdleOptions, 'seconds' | 'reset'> {
  /** Whether there is anything that a reset would take away. */
  readonly isAway: () => boolean;
}

/** Resets the kiosk when nobody has touched anything for so long, and asks before whether someone is still there. */
export function watchIdle({ seconds: after, reset, isAway }: StillThereOptions): void {
  const question = element('still-there', HTMLElement);
  let focused: Element | null = null;
  const hide = () => {
    question.hidden = true;
    if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
    focused = null;
  };
  const clock = createIdleClock({
    seconds: after,
    warn(left) {
      if (!isAway()) return;
      element('count', HTMLElement).textContent = seconds.format(left);
      if (!question.hidden) return;
      focused = document.activeElement;
      question.hidden = false;
      element('stay', HTMLElement).focus({ preventScroll: true });
    },
    relieve: hide,
    reset() {
      hide();
      reset();
    },
  });
  let place = '';
  for (const sign of SIGNS) {
    addEventListener(
      sign,
      (event) => {
        // When something appears under a mouse that rests, browsers tell of a move that nobody made.
        if (event instanceof PointerEvent && event.type === 'pointermove') {
          const now = `${event.screenX} ${event.screenY}`;
          if (now === place) return;
          place = now;
        }
        clock.touch();
      },
      { capture: true, passive: true },
    );
  }
}
