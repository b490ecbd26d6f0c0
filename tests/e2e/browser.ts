import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { link, mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";
import { type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";

/* A real browser for the tests of pages. It reaches this machine only, and keeps its profile in a folder of its own. */

const unpackedDirectory = join(import.meta.dirname, "../../build/browser");

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
    const executablePath = chosen ?? (await unpackedChromium());
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

/**
 * The package's Chromium, unpacked once. Its own unpacking writes to a name that another test file, or an interrupted
 * run before, would take for complete.
 */
async function unpackedChromium(): Promise<string> {
  const packageMain = createRequire(import.meta.url).resolve("@sparticuz/chromium");
  const packed = join(dirname(packageMain), "../../bin/chromium.br");
  const { size } = await stat(packed);
  const unpacked = join(unpackedDirectory, `chromium-${size}`);
  if (existsSync(unpacked)) return unpacked;
  await mkdir(unpackedDirectory, { recursive: true });
  const scratch = await mkdtemp(join(unpackedDirectory, "new-"));
  try {
    const file = join(scratch, "chromium");
    await pipeline(createReadStream(packed), createBrotliDecompress(), createWriteStream(file, { mode: 0o755 }));
    // Linked, not moved: a browser whose file is replaced while it runs can start no process of its own any more.
    await link(file, unpacked).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return unpacked;
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
