import { defineConfig } from 'vitest/config';

export default defineConfig({
  define: { __BUILD__: '"test"' },
  test: { include: ['test/**/*.test.ts'], testTimeout: 20_000 },
});
