import { type PottoOpened, type PottoView, PottoViewerElement } from './element.ts';

export { type PottoOpened, type PottoView, PottoViewerElement };

declare global {
  interface HTMLElementTagNameMap {
    'potto-viewer': PottoViewerElement;
  }
  interface HTMLElementEventMap {
    'potto-open': CustomEvent<PottoOpened>;
    'potto-page': CustomEvent<PottoView>;
    'potto-view': CustomEvent<PottoView>;
    'potto-error': CustomEvent<{ readonly message: string }>;
  }
}
