/** Reading of JSON that others wrote: whatever is not as expected is left out. */
export type Json = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The objects of a list, or the one that stands in place of a list. */
export function objectsOf(value: unknown): readonly Json[] {
  return (Array.isArray(value) ? value : [value]).filter(isObject);
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : undefined;
}

/** `id` (3.0), or `@id` (2.1). */
export function idOf(object: Json): string | undefined {
  return textOf(object.id) ?? textOf(object['@id']);
}

/** `type`, or `@type` without its namespace (`sc:Manifest`). */
export function typeOf(object: Json): string {
  return (textOf(object.type) ?? textOf(object['@type']) ?? '').replace(/^\w+:/, '');
}
