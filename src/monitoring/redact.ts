/** What a secret is replaced by. */
const REMOVED = '…';

/** Characters of one text. */
const TEXT_LIMIT = 500;
/** Layers of percent-encoding that are looked through: an identifier may be a signed URL that holds another one. */
const DECODINGS = 4;

/** What comes behind these words is a secret: names of headers, of parameters, of schemes. */
const NAMED =
  /\b((?:proxy-)?authorization|(?:set-)?cookie|x-amz-[a-z0-9-]+|x-goog-[a-z0-9-]+|awsaccesskeyid|[\w-]*(?:signature|secret|token|password|passwd|credential|api-?_?key|access-?_?key)[\w-]*|sig|key-pair-id|policy)(["']?\s*[=:]\s*).*/gis;
const SCHEMES = /\b(bearer|basic|digest|negotiate|aws4-hmac-sha256)\b(?=\s)\s.*/gis;
/** Scheme, host and port are told, path, query and fragment aren't; where there is a user, nothing is. */
const ABSOLUTE_URL = /\b([a-z][a-z0-9+.-]*:\/\/)([^\s/?#"'<>@]*)(\S*)/gi;
/** Of everything else that looks like it. */
const QUERY = /\?\S*/g;
/** Keys of AWS, JSON web tokens. */
const KEYS = /\b(?:(?:AKIA|ASIA)[A-Z0-9]{8,}|eyJ[\w-]{8,}[\w.-]*)/g;
/** Anything long that no word is. */
const TOKENS = /[A-Za-z0-9+/=_-]{40,}/g;

/**
 * Words for people, without what could open a door: addresses keep their host, queries go, and so does all that follows
 * the name of a header or parameter that holds secrets. It would rather take too much.
 */
export function redact(text: string): string {
  return shortened(withoutNamed(text).replace(TOKENS, REMOVED));
}

/** The path of a URL, decoded, without its query. Identifiers stay, however long; those that are signed URLs don't. */
export function redactedPath(url: string): string {
  const { pathname } = new URL(url, 'http://localhost');
  return shortened(pathname.split('/').map(withoutNamed).join('/'));
}

function withoutNamed(text: string): string {
  return fullyDecoded(text.slice(0, 4 * TEXT_LIMIT))
    .replace(ABSOLUTE_URL, (_url, scheme: string, host: string, rest: string) =>
      rest.includes('@') ? scheme + REMOVED : `${scheme}${host}/${REMOVED}`,
    )
    .replace(QUERY, `?${REMOVED}`)
    .replace(NAMED, `$1$2${REMOVED}`)
    .replace(SCHEMES, `$1 ${REMOVED}`)
    .replace(KEYS, REMOVED);
}

function shortened(text: string): string {
  return text.length > TEXT_LIMIT ? `${text.slice(0, TEXT_LIMIT)}${REMOVED}` : text;
}

/** Encoded, a secret would look like something else. */
function fullyDecoded(text: string): string {
  let decoded = text;
  for (let layer = 0; layer < DECODINGS; layer++) {
    const next = decoded.replace(/(?:%[0-9a-f]{2})+/gi, (run) => decodedRun(run));
    if (next === decoded) break;
    decoded = next;
  }
  return decoded;
}

function decodedRun(run: string): string {
  try {
    return decodeURIComponent(run);
  } catch {
    return REMOVED;
  }
}
