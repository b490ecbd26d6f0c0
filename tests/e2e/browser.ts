import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import bundledChromium from "@sparticuz/chromium";
import { type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";

/* A real browser for the tests of pages. It reaches this machine only, and keeps its profile in a folder of its own. */

const flags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export interface BrowserUnderTest {
  open(options?: BrowserContextOptions): Promise<BrowserContext>;
  close(): Promise<void>;
}

/**
 * Starts the Chromium of `CHROMIUM_PATH`, else the one that comes with the packages.
 *
 * @throws Error of one line that says what to install
 */
export async function startBrowser(): Promise<BrowserUnderTest> {
  const chosen = process.env["CHROMIUM_PATH"];
  const profile = await mkdtemp(join(tmpdir(), "switchyard-browser-"));
  try {
    if (chosen !== undefined && !existsSync(chosen)) throw new Error(`CHROMIUM_PATH names ${chosen}, which is missing`);
    const executablePath = chosen ?? (await bundledChromium.executablePath());
    const browser = await chromium.launch({ executablePath, args: flags, env: { ...process.env, HOME: profile } });
    return {
      open: (options) => browser.newContext(options),
      async close() {
        await browser.close();
        await rm(profile, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(profile, { recursive: true, force: true });
    const [reason] = (error instanceof Error ? error.message : String(error)).split("\n");
    throw new Error(
      `No browser starts here, so the pages can't be tested: install Chromium with its libraries (Debian: apt-get install chromium) and set CHROMIUM_PATH to it. ${reason}`,
      { cause: error },
    );
  }
}

/** Collects what a page should never say: errors, broken policies, failed scripts. */
export function watchConsole(page: Page): string[] {
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(`${message.text()} (${message.location().url})`);
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  return complaints;
}
