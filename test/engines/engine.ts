/** A browser of any make, driven by whatever drives it: one window with one page. */
export interface Engine {
  /** Name and version. */
  readonly version: string;
  /** Resolves when the page has loaded. */
  goto(url: string): Promise<void>;
  /** The value of a JavaScript expression in the page, or what it resolves to; of what JSON can carry. */
  evaluate(expression: string): Promise<unknown>;
  /** A PNG of the window. */
  screenshot(): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** The size of the window, in CSS pixels, as far as the browser lets it be chosen. */
export const WINDOW = { width: 1100, height: 900 } as const;
