import { parentPort } from "node:worker_threads";
import { createApp } from "../../shared/adapters/app.ts";
import { sesMail } from "../../shared/adapters/mail.ts";
import type { Configuration } from "../../shared/core/configuration.ts";

/** A function's process in small: its own environment, the real wiring, and one port's method called at a time. */

const configuration = { version: "of the test" } as Configuration;
const app = createApp(process.env, configuration, { mail: sesMail }) as unknown as Record<string, unknown>;

parentPort!.on("message", async ({ id, path, input }: { id: number; path: string; input: unknown[] }) => {
  try {
    const names = path.split(".");
    const method = names.pop()!;
    const port = names.reduce<unknown>((part, name) => (part as Record<string, unknown>)[name], app);
    const output: unknown = await (port as Record<string, (...input: unknown[]) => unknown>)[method]!(...input);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows, not for threads
    parentPort!.postMessage({ id, output });
  } catch (error) {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is for windows, not for threads
    parentPort!.postMessage({ id, error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) });
  }
});
