/** As the global `fetch`, of which only this is used. */
export type TileFetch = (
  url: string,
  init: { readonly signal?: AbortSignal; readonly headers?: Readonly<Record<string, string>> },
) => Promise<Response>;
