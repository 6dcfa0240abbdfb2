import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const ignored = ['**/node_modules/**', 'dist/**', 'release/**', '.tsbuild/**'];

export default defineConfig({
  test: {
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{shared,renderer,scripts}/**/*.test.{ts,tsx}'],
          exclude: ignored,
          environment: 'node',
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'engine',
          include: ['main/**/*.test.ts'],
          exclude: ignored,
          environment: 'node',
          // A native addon is loaded once per process and cannot be unloaded; a fork per file keeps files apart.
          pool: 'forks',
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
    ],
  },
});
