import { configDefaults, defineConfig } from "vitest/config";

/** End-to-end files that take half a minute or more each: `npm test` runs some of them, `npm run test:full` all. */
const long = [
  "across-channels",
  "bad-input",
  "desk",
  "desk-appearance",
  "desk-channels",
  "desk-work",
  "kill",
  "pains-messages",
  "pains-people",
  "sim-page",
  "sim-phone",
  "social-window",
  "start",
  "widget",
];
const runAtOnce = 7;

function leftOut(): string[] {
  if (process.env["SWITCHYARD_FULL"]) return [];
  const seed = Number(process.env["SWITCHYARD_FILES_SEED"] ?? Math.floor(Math.random() * long.length));
  const turned = long.map((_, position) => long[(seed + position) % long.length]!);
  const rest = turned.slice(runAtOnce);
  process.stdout.write(
    `Long end-to-end files, SWITCHYARD_FILES_SEED=${seed}: ${turned.slice(0, runAtOnce).join(", ")}\n`,
  );
  return rest.map((name) => `tests/e2e/${name}.test.ts`);
}

const isNamed = process.argv.some((argument) => argument.startsWith("tests/"));

/**
 * Test files share two workers without isolation: 30 files then cost one start of the module graph, not thirty. Every
 * test therefore binds port 0, keeps its state in its own objects or temporary folders, and ends what it started.
 */
export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    exclude: [...configDefaults.exclude, ...(isNamed ? [] : leftOut())],
    pool: "forks",
    isolate: false,
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    teardownTimeout: 20_000,
    reporters: ["default"],
  },
});
