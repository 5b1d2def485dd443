/** How much of a file has come. */
export interface Arrival {
  readonly bytes: number;
  /** Of the whole file; undefined where the server doesn't say. */
  readonly total: number | undefined;
}

export interface ReadOptions {
  readonly arrived?: (arrival: Arrival) => void;
  readonly signal?: AbortSignal;
}

/** Bytes that a page takes at most: browsers keep what pages download in memory, and give a page a few gigabytes of it. */
export const MOST_BYTES = 1e9;

/**
 * Downloads a whole file, as any page does.
 * @throws {Error} in words, when its server is out of reach, refuses it, or lets no other site read it.
 */
export async function readFile(address: string, { arrived, signal }: ReadOptions = {}): Promise<File> {
  const url = new URL(address);
  const options: RequestInit = { cache: 'no-store', credentials: 'omit', ...(signal ? { signal } : {}) };
  const response = await fetch(url, options).catch(async (cause: unknown) => {
    if (signal?.aborted) throw cause;
    throw new Error(await whyUnread(url), { cause });
  });
  if (!response.ok || !response.body) throw new Error(statusInWords(url, response.status));
  const declared = Number(response.headers.get('Content-Length'));
  const total = declared > 0 ? declared : undefined;
  if ((total ?? 0) > MOST_BYTES) throw new Error(TOO_MUCH);
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  const reader = response.body.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    parts.push(next.value);
    bytes += next.value.byteLength;
    if (bytes > MOST_BYTES) {
      await reader.cancel();
      throw new Error(TOO_MUCH);
    }
    arrived?.({ bytes, total });
  }
  return new File(parts, nameOf(url));
}

const TOO_MUCH =
  'The file has more than a gigabyte, which is more than a page should download. Download it, and drop it here: then it is read where it is.';

/** The last part of the path, by which the file is called here. */
function nameOf({ pathname, hostname }: URL): string {
  const last = pathname.split('/').filter(Boolean).at(-1);
  try {
    return decodeURIComponent(last ?? hostname).replaceAll('/', '_');
  } catch {
    // A lone % is no code.
    return last ?? hostname;
  }
}

/** A page isn't told why it may not read an answer; whether there is one can be found out. */
async function whyUnread(url: URL): Promise<string> {
  if (!navigator.onLine) return 'There is no network.';
  if (url.protocol === 'http:' && location.protocol === 'https:')
    return `${url.host} is asked without encryption (http), which browsers don't allow from this page. Try the address with https.`;
  try {
    await fetch(url, { mode: 'no-cors', method: 'HEAD', credentials: 'omit' });
  } catch {
    return `No answer came from ${url.host}. Check the address, and whether it opens in a window of its own.`;
  }
  return (
    `${url.host} answers, but doesn't let pages of other sites read its files. Whoever runs it can allow that with the ` +
    `header “Access-Control-Allow-Origin: ${location.origin}” (CORS). Or download the file, and drop it here.`
  );
}

function statusInWords({ host }: URL, status: number): string {
  if (status === 404 || status === 410) return `${host} has no file at this address. Check it letter by letter.`;
  if (status === 401 || status === 403)
    return `${host} doesn't give this file to everybody. Download it where you are signed in, and drop it here.`;
  return `${host} answered with status ${status} instead of the file. Try again later.`;
}
