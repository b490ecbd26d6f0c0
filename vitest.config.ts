import { defineConfig } from "vitest/config";

/**
 * Test files share two workers without isolation: 30 files then cost one start of the module graph, not thirty. Every
 * test therefore binds port 0, keeps its state in its own objects or temporary folders, and ends what it started.
 */
export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    pool: "forks",
    isolate: false,
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    teardownTimeout: 20_000,
    reporters: ["default"],
  },
});
