import { defineConfig } from 'vitest/config';

export default defineConfig({
  define: { __BUILD__: '"test"', __LATER_SCRIPT__: '"potto-later-test.js"' },
  test: { include: ['test/**/*.test.ts'], testTimeout: 20_000 },
});
