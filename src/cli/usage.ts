/** The command line was not understood; the message says which word and what was expected. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
