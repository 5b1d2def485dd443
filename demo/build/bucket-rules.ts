import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CorsRule } from '../store/cors.ts';

/** One CORS rule as S3's own tools write it. */
interface S3CorsRule {
  readonly AllowedOrigins: readonly string[];
  readonly AllowedMethods: readonly string[];
  readonly AllowedHeaders: readonly string[];
  readonly ExposeHeaders: readonly string[];
  readonly MaxAgeSeconds: number;
}

const readme = fileURLToPath(new URL('../../README.md', import.meta.url));

/** The CORS rules that the README tells users to give their bucket, so that what it says is what is tried. */
export function readmeCorsRules(): readonly CorsRule[] {
  const blocks = [...readFileSync(readme, 'utf8').matchAll(/```json\n([^`]*)```/g)].map(([, json = '']) => json);
  const json = blocks.find((block) => block.includes('"AllowedOrigins"'));
  if (json === undefined) throw new Error('README.md has no JSON block with CORS rules.');
  const rules: readonly S3CorsRule[] = JSON.parse(json);
  return rules.map((rule) => ({
    allowedOrigins: rule.AllowedOrigins,
    allowedMethods: rule.AllowedMethods,
    allowedHeaders: rule.AllowedHeaders,
    exposeHeaders: rule.ExposeHeaders,
    maxAgeSeconds: rule.MaxAgeSeconds,
  }));
}
