import { readFile } from "node:fs/promises";
import type { Plugin } from "esbuild";
import type { FunctionName } from "./settings.ts";

/*
 * The registry names whole channels, and a bundler keeps whatever a channel's object names. But a function calls one thing
 * of each: what sends has no part in a webhook's answer. So of the modules of a channel's folder that do one such thing
 * (`outbound.ts` sends, `inbound.ts` parses …) a bundle carries those alone that its function calls.
 */

const parts = ["signature", "inbound", "outbound", "lookup", "media", "list"] as const;

type Part = (typeof parts)[number];

/** Of functions that meet channels by the registry: what they call. `list` makes messages as `inbound` does. */
const calledBy: Partial<Record<FunctionName, readonly Part[]>> = {
  ingest: ["signature", "inbound"],
  send: ["outbound", "lookup"],
  fetch: ["media"],
  reconcile: ["list", "inbound"],
};

/** Functions that one build makes: those with the same parts. */
export function byChannelParts(names: FunctionName[]): FunctionName[][] {
  const others = names.filter((name) => !calledBy[name]);
  return [others, ...names.filter((name) => calledBy[name]).map((name) => [name])].filter((some) => some.length > 0);
}

/** Leaves out of a function's bundle what it does not call of the channels; whoever calls it all the same is told so. */
export const channelParts = (name: FunctionName): Plugin => ({
  name: "channel-parts",
  setup(build) {
    const called = calledBy[name];
    if (!called) return;
    const absent = parts.filter((part) => !called.includes(part)).join("|");
    const filter = new RegExp(`/shared/channels/[^/]+/(${absent})\\.ts$`);
    build.onLoad({ filter }, async ({ path }) => ({ contents: withoutContent(await readFile(path, "utf8"), path) }));
  },
});

function withoutContent(source: string, path: string): string {
  const module = path.split("/").slice(-2).join("/");
  const names = Array.from(source.matchAll(/^export (?:async )?(?:function|const|class) (\w+)/gm), ([, name]) => name!);
  const message = JSON.stringify(`This function carries no ${module}: see infra/aws/channel-parts.ts.`);
  return [
    `const absent = () => { throw new Error(${message}); };`,
    ...names.map((name) => `export const ${name} = absent;`),
  ].join("\n");
}
