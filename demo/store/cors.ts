/** One rule of a bucket's CORS configuration, as S3 names its parts. */
export interface CorsRule {
  /** Origins with at most one `*` each: `https://example.org`, `https://*.example.org`, `*`. */
  readonly allowedOrigins: readonly string[];
  readonly allowedMethods: readonly string[];
  /** Header names with at most one `*` each; asked for by preflights only. */
  readonly allowedHeaders?: readonly string[];
  /** Header names; S3 knows no wildcard here. */
  readonly exposeHeaders?: readonly string[];
  readonly maxAgeSeconds?: number;
}

export type Headers = Readonly<Record<string, string>>;

/** The CORS headers of an answer to an actual request; none without an `Origin` or a rule for it. */
export function corsHeaders(rules: readonly CorsRule[], method: string, origin: string | undefined): Headers {
  if (origin === undefined) return {};
  const rule = rules.find((candidate) => allows(candidate, origin, method));
  return rule === undefined ? {} : ruleHeaders(rule, origin);
}

/**
 * The headers of the answer to a preflight (Fetch, section 4.8): the first rule that allows the origin, the
 * method and every header asked for. Undefined where none does, which S3 answers with 403.
 */
export function preflightHeaders(
  rules: readonly CorsRule[],
  asked: { readonly origin: string; readonly method: string; readonly headers: readonly string[] },
): Headers | undefined {
  const rule = rules.find(
    (candidate) =>
      allows(candidate, asked.origin, asked.method) &&
      asked.headers.every((name) => (candidate.allowedHeaders ?? []).some((pattern) => like(pattern, name))),
  );
  if (rule === undefined) return undefined;
  const allowed = asked.headers.join(', ');
  return { ...ruleHeaders(rule, asked.origin), ...(allowed && { 'access-control-allow-headers': allowed }) };
}

function allows(rule: CorsRule, origin: string, method: string): boolean {
  return rule.allowedMethods.includes(method) && rule.allowedOrigins.some((pattern) => matches(pattern, origin));
}

function ruleHeaders(rule: CorsRule, origin: string): Headers {
  const expose = (rule.exposeHeaders ?? []).join(', ');
  return {
    'access-control-allow-origin': rule.allowedOrigins.includes('*') ? '*' : origin,
    'access-control-allow-methods': rule.allowedMethods.join(', '),
    ...(expose && { 'access-control-expose-headers': expose }),
    ...(rule.maxAgeSeconds !== undefined && { 'access-control-max-age': String(rule.maxAgeSeconds) }),
    vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
  };
}

function like(pattern: string, name: string): boolean {
  return matches(pattern.toLowerCase(), name.toLowerCase());
}

/** Whether `text` matches a pattern in which the first `*` stands for any run of characters. */
function matches(pattern: string, text: string): boolean {
  const star = pattern.indexOf('*');
  if (star < 0) return pattern === text;
  const [before, after] = [pattern.slice(0, star), pattern.slice(star + 1)];
  return text.length >= before.length + after.length && text.startsWith(before) && text.endsWith(after);
}
