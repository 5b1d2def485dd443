import { entityTag } from '../iiif/entity-tag.ts';

const digests = new WeakMap<Uint8Array, Promise<string>>();

/** A tag of plain data by its content: equal data, even of another life, has equal tags. Bytes are read once each. */
export async function contentTag(data: unknown): Promise<string> {
  const found: Uint8Array[] = [];
  const text = JSON.stringify(data, function (this: unknown, name: string, value: unknown) {
    // A Buffer has a form of its own in JSON, which `value` already is.
    const original: unknown = name === '' ? value : Reflect.get(Object(this), name);
    if (!(original instanceof Uint8Array)) return value;
    return { bytes: found.push(original) };
  });
  return entityTag([text, ...(await Promise.all(found.map(digest)))]);
}

function digest(bytes: Uint8Array): Promise<string> {
  const known = digests.get(bytes);
  if (known) return known;
  const made = crypto.subtle
    .digest('SHA-256', new Uint8Array(bytes))
    .then((hash) => Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0')).join(''));
  digests.set(bytes, made);
  return made;
}
