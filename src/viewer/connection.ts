import type { TileFetch } from '../openseadragon/tile-fetch.ts';

/** How the viewer reaches the image server. */
export interface Connection {
  /** `in-page`: in a worker of this page, because there is no service worker. `none`: there is no server at all. */
  readonly kind: 'service-worker' | 'in-page' | 'none';
  /** Absolute URL of the image services of the server; '' where there is none. */
  readonly prefix: string;
  readonly fetch: TileFetch;
  /** Makes a file an image of the server; gives its identifier. */
  openFile(file: File): Promise<string>;
  /** Why there is neither a service worker nor a server in the page. */
  readonly trouble: string | undefined;
}
