import { hasAscii } from './bytes.ts';

/** An ICC profile that images can be converted by, its header and tag table checked (ICC.1:2022, section 7). */
export interface IccProfile {
  readonly bytes: Uint8Array;
  /** What the image's samples are. */
  readonly space: 'grey' | 'rgb' | 'cmyk' | 'lab';
  /** The profile connection space. */
  readonly connection: 'xyz' | 'lab';
  /** Content by signature, within `bytes`. */
  readonly tags: ReadonlyMap<string, Uint8Array>;
}

const HEADER_BYTES = 128;
const TAG_BYTES = 12;

/** As many as Little CMS reads; printers' profiles have about 20. */
const MAX_TAGS = 100;

const SPACES: Readonly<Record<string, IccProfile['space']>> = {
  GRAY: 'grey',
  'RGB ': 'rgb',
  CMYK: 'cmyk',
  'Lab ': 'lab',
};

const CONNECTIONS: Readonly<Record<string, IccProfile['connection']>> = { 'XYZ ': 'xyz', 'Lab ': 'lab' };

/** Of a device, or of a colour space; the other classes don't say what an image's samples mean (section 7.2.5). */
const CLASSES: readonly string[] = ['scnr', 'mntr', 'prtr', 'spac'];

/** Undefined when the profile is damaged, or is none for images. Browsers, too, ignore it then. */
export function readIccProfile(stored: Uint8Array): IccProfile | undefined {
  if (stored.length < HEADER_BYTES + 4 || !hasAscii(stored, 36, 'acsp')) return undefined;
  const view = new DataView(stored.buffer, stored.byteOffset, stored.length);
  const size = view.getUint32(0);
  const count = view.getUint32(HEADER_BYTES);
  const start = HEADER_BYTES + 4 + count * TAG_BYTES;
  if (size > stored.length || count > MAX_TAGS || start > size) return undefined;
  const bytes = stored.subarray(0, size);
  const space = SPACES[signature(bytes, 16)];
  const connection = CONNECTIONS[signature(bytes, 20)];
  if (!space || !connection || !CLASSES.includes(signature(bytes, 12))) return undefined;
  const tags = new Map<string, Uint8Array>();
  for (let at = HEADER_BYTES + 4; at < start; at += TAG_BYTES) {
    const offset = view.getUint32(at + 4);
    const length = view.getUint32(at + 8);
    if (offset < start || offset + length > size) return undefined;
    tags.set(signature(bytes, at), bytes.subarray(offset, offset + length));
  }
  return { bytes, space, connection, tags };
}

function signature(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}
