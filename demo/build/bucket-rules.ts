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

interface S3CorsConfiguration {
  readonly CORSRules: readonly S3CorsRule[];
}

const recipe = fileURLToPath(new URL('../public/docs/recipes/cors.json', import.meta.url));

/** The CORS rules that the documentation tells users to give their bucket, so that what it says is what is tried. */
export function recommendedCorsRules(): readonly CorsRule[] {
  const { CORSRules: rules }: S3CorsConfiguration = JSON.parse(readFileSync(recipe, 'utf8'));
  return rules.map((rule) => ({
    allowedOrigins: rule.AllowedOrigins,
    allowedMethods: rule.AllowedMethods,
    allowedHeaders: rule.AllowedHeaders,
    exposeHeaders: rule.ExposeHeaders,
    maxAgeSeconds: rule.MaxAgeSeconds,
  }));
}
