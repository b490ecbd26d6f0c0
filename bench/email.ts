/**
 * What hostile mails cost to read, in time and memory: ours beside mailparser, each mail in a process of its own. Run: node bench/email.ts
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { simpleParser } from "mailparser";
import { sanitizeHtml } from "../shared/channels/email/html/sanitize.ts";
import { readParts } from "../shared/channels/email/letter.ts";
import { parseMail } from "../shared/channels/email/parse.ts";
import { hostileMails } from "./mail/hostile.ts";

const run = promisify(execFile);
/** Longer is as bad as never: the function that reads mail would be ended. */
const timeoutMs = 60_000;
/** As much memory as that function has. */
const heapMegabytes = 2_048;

const readers: Record<string, (raw: Uint8Array) => Promise<void>> = {
  ours: async (raw) => {
    const { plain, html } = await parseMail(raw);
    readParts({ plain, html, isForward: false });
    if (html !== undefined) sanitizeHtml(html);
  },
  mailparser: async (raw) => {
    await simpleParser(Buffer.from(raw));
  },
};

interface Cost {
  milliseconds: number;
  /** the highest above what the process and the mail itself take */
  megabytes: number;
}

const megabytesNow = (): number => process.resourceUsage().maxRSS / 1024;

/** In the process that was started for it: reads one mail, and prints what that cost. */
async function measure(reader: string, name: string): Promise<void> {
  const raw = hostileMails[name]!();
  const memory = megabytesNow();
  const start = performance.now();
  await readers[reader]!(raw);
  const cost: Cost = { milliseconds: performance.now() - start, megabytes: megabytesNow() - memory };
  console.log(JSON.stringify(cost));
}

/** @returns undefined where it ran out of time or memory, or gave up */
async function costOf(reader: string, name: string): Promise<Cost | undefined> {
  const node = [`--max-old-space-size=${heapMegabytes}`, import.meta.filename, reader, name];
  try {
    const { stdout } = await run(process.execPath, node, { timeout: timeoutMs });
    return JSON.parse(stdout) as Cost;
  } catch {
    // How it failed is in the process that is gone; that it failed is the result.
    return undefined;
  }
}

const show = (cost: Cost | undefined): string =>
  cost
    ? `${cost.milliseconds.toFixed(0).padStart(6)} ms ${cost.megabytes.toFixed(0).padStart(5)} MB`
    : "   failed         ";

const ratio = (ours: number, peers: number): string => `${(ours / Math.max(peers, 1)).toFixed(2)}×`.padStart(7);

const [reader, only] = process.argv.slice(2);
if (reader !== undefined && only !== undefined && readers[reader]) {
  await measure(reader, only);
} else {
  console.log(`${"".padEnd(40)} ${"ours".padStart(18)} ${"mailparser".padStart(18)}   time   memory`);
  console.log(`failed: it threw, or took more than ${timeoutMs / 1000} s or ${heapMegabytes} MB`);
  for (const name of Object.keys(hostileMails)) {
    const [ours, peers] = [await costOf("ours", name), await costOf("mailparser", name)];
    const ratios =
      ours && peers ? `${ratio(ours.milliseconds, peers.milliseconds)} ${ratio(ours.megabytes, peers.megabytes)}` : "";
    console.log(`${name.padEnd(40)} ${show(ours)} ${show(peers)} ${ratios}`);
  }
}
