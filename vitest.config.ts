import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Two cores are worth two workers, though one of them has the reporter to run as well. */
const WORKERS = Math.max(2, availableParallelism() - 1);

export default defineConfig({
  define: { __BUILD__: '"test"', __LATER_SCRIPT__: '"potto-later-test.js"' },
  test: { include: ['test/**/*.test.ts'], testTimeout: 20_000, hookTimeout: 60_000, maxWorkers: WORKERS },
});
