import { readFileSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { parseArgs } from "node:util";
import { Counter } from "./counter.ts";

const usage = `npm run example:counter -- --ready FILE [options]: a scanned letter and a visit become conversations

  --ready FILE      what "npm start --silent -- --json" has printed: the router on this machine
  --base-url URL    in its place: a router anywhere, whose inbox has our address as its replyUrl
  --secret SECRET   with --base-url: the inbox's secret, whsec_…
  --inbox ID        with --base-url: the inbox (counter)
  --port N          where replies are taken (any free one)
  --letter FILE     the scan: PDF, JPEG or PNG (letter.pdf of this folder)
  --say TEXT        what the visitor says
`;

const contentTypes: Record<string, string> = {
  ".pdf": "application/pdf",
  ".jpg": "image/jpeg",
  ".jpeg": "image/jpeg",
  ".png": "image/png",
};

interface Router {
  baseUrl: string;
  inbox: string;
  secret: string;
  /** on this machine, where the way to our address is a tunnel */
  isLocal: boolean;
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      ready: { type: "string" },
      "base-url": { type: "string" },
      secret: { type: "string" },
      inbox: { type: "string", default: "counter" },
      port: { type: "string", default: "0" },
      letter: { type: "string", default: join(import.meta.dirname, "letter.pdf") },
      say: { type: "string", default: "Good morning! I have moved. Could you please change my address?" },
      help: { type: "boolean", default: false },
    },
  });
  return values;
}

type Options = ReturnType<typeof readOptions>;

function routerOf({ ready, "base-url": baseUrl, secret, inbox }: Options): Router {
  if (ready !== undefined) {
    const { baseUrl: url, custom } = JSON.parse(readFileSync(ready, "utf8")) as {
      baseUrl: string;
      custom: { inbox: string; secret: string };
    };
    return { baseUrl: url, ...custom, isLocal: true };
  }
  if (baseUrl === undefined || secret === undefined)
    throw new Error(`Which router? Give --ready, or --base-url and --secret.\n\n${usage}`);
  return { baseUrl, secret, inbox, isLocal: false };
}

/** The router on this machine has a clock of its own, which people move. */
async function clockOf({ baseUrl, isLocal }: Router): Promise<() => number> {
  if (!isLocal) return Date.now;
  const { now } = (await (await fetch(`${baseUrl}/sim/clock`)).json()) as { now: string };
  const ahead = Date.parse(now) - Date.now();
  return () => Date.now() + ahead;
}

/** Leads what the router posts to the inbox's replyUrl here. Elsewhere your load balancer does. */
async function openTunnel({ baseUrl, inbox }: Router, url: string): Promise<void> {
  const body = JSON.stringify({ inbox, url });
  const response = await fetch(`${baseUrl}/sim/custom/tunnel`, { method: "PUT", body });
  if (!response.ok) throw new Error(`No tunnel: ${await response.text()}`);
}

async function main(options: Options): Promise<void> {
  const router = routerOf(options);
  const now = await clockOf(router);
  const counter = new Counter({
    ...router,
    now,
    print: ({ to, text, attachments }) =>
      console.log([`For ${to}: ${text}`, ...attachments.map(({ name, url }) => `  with ${name}: ${url}`)].join("\n")),
  });
  const url = await counter.listen(Number(options.port));
  if (router.isLocal) await openTunnel(router, url);
  const number = String(now());
  const scan = {
    name: basename(options.letter),
    contentType: contentTypes[extname(options.letter).toLowerCase()] ?? "application/octet-stream",
    bytes: readFileSync(options.letter),
  };
  await counter.letter({ number, sender: "M. Gray, 3 Mill Lane", subject: "Complaint about an invoice", scan });
  await counter.visit({ number, card: number.slice(-6), name: "Ada Winter", said: options.say });
  console.log(
    `A letter and a visit are with the router (${router.baseUrl}/desk). Replies are taken at ${url}; Ctrl-C ends it.`,
  );
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, resolve);
  });
  await counter.close();
}

try {
  const options = readOptions();
  if (options.help) console.log(usage);
  else await main(options);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
