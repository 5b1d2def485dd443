/**
 * The one error of the image server. It carries the HTTP status of the answer and a message that says
 * what was asked, what was found and what to do. The message is shown to the page, so it never holds
 * a source's URL, key or signature; those belong into `cause`, which stays inside.
 */
export class ImageServerError extends Error {
  /** HTTP status of the answer, 400–599. */
  readonly status: number;
  /** Seconds after which asking again is worth while, sent as `Retry-After`. */
  readonly retryAfter: number | undefined;

  constructor(status: number, message: string, options: { cause?: unknown; retryAfter?: number } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.name = 'ImageServerError';
    this.status = status;
    this.retryAfter = options.retryAfter;
  }
}
