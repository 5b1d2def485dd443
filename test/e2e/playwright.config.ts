import { fileURLToPath } from 'node:url';
import { defineConfig } from 'playwright/test';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

export default defineConfig({
  testDir: path('.'),
  outputDir: path('../../test-results/e2e'),
  globalSetup: path('global-setup.ts'),
  // Each test has a browser, a site and a door to the store of its own; more than two browsers slow each other down.
  workers: 2,
  fullyParallel: true,
  forbidOnly: process.env.CI !== undefined,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [['list'], ['json', { outputFile: path('../../test-results/e2e.json') }]],
});
