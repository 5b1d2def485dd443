import type { PageMessage } from '../protocol.ts';
import { lendThreads } from './threads.ts';

/** What `register` takes. */
export interface RegisterOptions {
  /** Part of the site that the worker answers for, relative to the page; by default the folder of the worker's script. */
  readonly scope?: string;
  /** Threads that this page lends to the worker for rendering; by default one less than there are cores, 4 at most. */
  readonly threads?: number;
  /** How long to wait for the worker to take control, in milliseconds. */
  readonly timeout?: number;
}

/** Milliseconds that `register` waits for the worker to take control, unless told otherwise. */
export const DEFAULT_TIMEOUT = 20_000;

/**
 * Registers the worker script (relative to the page, so that it works under a sub-path) and resolves when the worker
 * truly controls this page: from then on every IIIF URL under its scope is answered.
 * @throws {Error} saying in words why it can't be: insecure context, private mode, wrong scope, script not found.
 */
export async function register(
  script: string | URL = 'sw.js',
  options: RegisterOptions = {},
): Promise<ServiceWorkerRegistration> {
  const url = new URL(script, document.baseURI);
  const scope = options.scope === undefined ? new URL('./', url) : new URL(options.scope, document.baseURI);
  assertPossible(scope);
  const deadline = AbortSignal.timeout(options.timeout ?? DEFAULT_TIMEOUT);
  const registration = await navigator.serviceWorker
    // By default the scripts that a worker imports are looked for in the browser's cache first, and an update waits.
    .register(url, { updateViaCache: 'none', ...(options.scope === undefined ? {} : { scope: scope.href }) })
    .catch((cause: unknown) => {
      throw new Error(registrationFailure(url, cause), { cause });
    });
  await activated(registration, deadline);
  await controlled(registration, deadline);
  if (options.threads !== 0) lendThreads(options.threads);
  return registration;
}

function assertPossible(scope: URL): void {
  if (!window.isSecureContext) {
    throw new Error(
      `${location.origin} is not a secure context, and browsers only run service workers in one: serve this page over https, or from localhost.`,
    );
  }
  if (!('serviceWorker' in navigator)) {
    throw new Error(
      'This browser offers no service workers here. Private windows of some browsers and sandboxed frames switch them off: open the page in a normal window.',
    );
  }
  const page = location.href.split(/[?#]/, 1)[0] ?? '';
  if (!page.startsWith(scope.href)) {
    throw new Error(
      `This page (${page}) is outside the worker's scope (${scope.href}), so the worker can't answer its requests. ` +
        'Put the worker script into the folder of the page or above it.',
    );
  }
}

function registrationFailure(url: URL, cause: unknown): string {
  const reason = cause instanceof Error ? cause.message : String(cause);
  if (cause instanceof DOMException && cause.name === 'SecurityError') {
    return `The browser refused the worker ${url.pathname}: ${reason} Check that the script is served as text/javascript, from this origin, and that its scope is its own folder or below.`;
  }
  return `The worker ${url.pathname} could not be registered: ${reason} Check that this address serves the script and that it runs without an error.`;
}

/** Resolves when the registration has an active worker. */
async function activated(registration: ServiceWorkerRegistration, deadline: AbortSignal): Promise<void> {
  const worker = registration.active ?? registration.waiting ?? registration.installing;
  if (!worker || registration.active) return;
  await until(worker, 'statechange', deadline, () => {
    if (worker.state === 'redundant') {
      throw new Error(
        'The worker could not be installed: one of its scripts or wasm files failed to load. Check that all files of "potto init" stand beside the worker.',
      );
    }
    return worker.state === 'activated' || registration.active !== null;
  });
}

/** Resolves when a worker controls this page, which on a first visit is a little later than its activation. */
async function controlled(registration: ServiceWorkerRegistration, deadline: AbortSignal): Promise<void> {
  const container = navigator.serviceWorker;
  if (container.controller) return;
  // After a hard reload nothing makes an active worker take the page: it must be asked.
  registration.active?.postMessage({ potto: 'claim' } satisfies PageMessage);
  await until(container, 'controllerchange', deadline, () => container.controller !== null);
}

function until(target: EventTarget, event: string, deadline: AbortSignal, reached: () => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const check = () => {
      try {
        if (!reached()) return;
        resolve();
      } catch (reason) {
        reject(reason);
      }
      target.removeEventListener(event, check);
    };
    target.addEventListener(event, check);
    deadline.addEventListener('abort', () => {
      target.removeEventListener(event, check);
      reject(
        new Error(
          'The service worker did not take control of this page in time. Reload the page; if that does not help, another worker may hold this scope: unregister it in the browser’s site settings.',
        ),
      );
    });
    check();
  });
}
