/** A configured source, as it is told of. */
export interface NamedSource {
  /** As configured, else its origin. */
  readonly name: string;
  /** What the URLs of its images begin and end with. */
  readonly start: string;
  readonly end: string;
  /** Everyone may read it. */
  readonly isPublic: boolean;
}

/** Each template, or each origin that a function may lead to. What can't be read is left to those who refuse it. */
export function namedSources(
  sources: unknown,
  { origins = [], base }: { readonly origins?: readonly string[] | undefined; readonly base?: string | undefined },
): readonly NamedSource[] {
  const configured: readonly (readonly [string, unknown])[] =
    typeof sources === 'string' || (isRecord(sources) && typeof sources.url === 'string' && isRecord(sources.access))
      ? [['', sources]]
      : isRecord(sources)
        ? Object.entries(sources)
        : origins.map((origin) => ['', origin]);
  const named = configured.flatMap(([name, source]) => {
    const template = isRecord(source) ? source.url : source;
    if (typeof template !== 'string') return [];
    const [start = '', ...ends] = template.split('{id}');
    if (!URL.canParse(start, base)) return [];
    const { href, origin } = new URL(start, base);
    // What a function leads to may be private.
    const isPublic = typeof source === 'string' && typeof sources !== 'function';
    return [{ name: name === '' ? origin : name, start: href, end: ends.at(-1) ?? '', isPublic }];
  });
  // The longest that fits is meant.
  return named.sort((a, b) => b.start.length - a.start.length || b.end.length - a.end.length);
}

/** What the source of an object is told of as. */
export function nameOfSource(url: string, named: readonly NamedSource[]): string {
  const known = named.find(({ start, end }) => url.startsWith(start) && url.endsWith(end));
  if (known) return known.name;
  const { origin, protocol } = URL.canParse(url) ? new URL(url) : { origin: 'null', protocol: 'other:' };
  return origin === 'null' ? protocol.slice(0, -1) : origin;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !('find' in value && typeof value.find === 'function');
}
