import { type InPageNews, type InPageServe, type InPageTask, inPageName } from '../in-page.ts';
import { LOCAL } from '../source/local.ts';
import { inPageResponses } from './fallback-responses.ts';
import { startWorker } from './fallback-worker.ts';

/** What `serveInPage` takes. */
export interface InPageOptions {
  /**
   * The script that would be the service worker, relative to the page: it runs in a worker of the page instead, with the
   * same configuration. With `serve`, the script `potto-sw.js` of its folder does.
   */
  readonly script?: string | URL;
  /** What the server is told in place of the script's own words. */
  readonly serve?: InPageServe | undefined;
  /** Milliseconds for the worker to start. */
  readonly timeout?: number;
}

/** The image server in a worker of this page alone: the same answers, kept no longer than the page. */
export interface InPageServer {
  /** Absolute URL that everything it answers begins with. */
  readonly prefix: string;
  /** As the global `fetch`, for URLs under the prefix; an aborted one is given up by the server too. */
  fetch(url: string | URL, init?: InPageInit): Promise<Response>;
  /** Makes a file of the user an image, `local/NAME`, as `openLocal` does; gives its identifier. */
  open(file: File): string;
  /** Ends the worker. What is being asked for is rejected. */
  close(): void;
}

/** What a request to the server in the page may say, as for the browser's own `fetch`. */
export interface InPageInit {
  /** `GET` by default. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Gives the request up, down to the reads from the source. */
  readonly signal?: AbortSignal | undefined;
}

const STARTED_WITHIN = 20_000;

/**
 * Starts the image server in a dedicated worker of this page, for where `register()` can't have a service worker: private
 * windows of some browsers, sandboxed frames, plain http. Only what is asked of it is answered: `<img src>` is not.
 * @throws {Error} in words when the worker can't be started.
 */
export async function serveInPage(options: InPageOptions = {}): Promise<InPageServer> {
  const script = new URL(options.script ?? 'sw.js', document.baseURI);
  const { serve, timeout = STARTED_WITHIN } = options;
  const runs = serve ? new URL('potto-sw.js', script) : script;
  const worker = startWorker(runs, inPageName({ script: script.href, serve }));
  const prefix = await startOf(worker, runs, timeout).catch((error: unknown) => {
    worker.terminate();
    throw error;
  });
  const post = (task: InPageTask) => worker.postMessage(task);
  const responses = inPageResponses(worker, post);
  return {
    prefix,
    fetch: responses.fetch,
    open(file) {
      post({ name: file.name, file });
      return LOCAL + file.name;
    },
    close() {
      worker.terminate();
      responses.end();
    },
  };
}

/** The prefix that the worker tells once it runs. */
function startOf(worker: Worker, script: URL, within: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (what: string) => reject(new Error(`The image server could not be started in this page: ${what}`));
    const limit = setTimeout(
      () => fail(`${script.pathname} did not begin to serve. Check that it calls potto.serve().`),
      within,
    );
    worker.onerror = (event) => {
      clearTimeout(limit);
      event.preventDefault();
      const words = event.message || 'it could not be loaded';
      fail(
        `${script.pathname}: ${words}. Check that this address serves the script, and the other files of “potto init” beside it.`,
      );
    };
    worker.onmessage = ({ data }: MessageEvent<InPageNews>) => {
      clearTimeout(limit);
      if ('prefix' in data) resolve(data.prefix);
      else if ('refused' in data) fail(data.refused);
    };
  });
}
