import type { Locator, Page, Request } from "playwright-core";
import { type BrowserUnderTest, watchConsole } from "./browser.ts";
import type { CloudUnderTest } from "./harness.ts";

/* The desk and the phone as the people before them use them. */

export interface DeskUnderTest {
  page: Page;
  /** what the console should not have said; calls of /v1 that a test lets fail are left out */
  complaints(): string[];
  /** URLs of everything that was asked for, sockets among them */
  urls: string[];
  /** frames that the socket brought */
  frames: string[];
  /** the bearer tokens that were sent */
  tokens: Set<string>;
  line(text: string): Locator;
  bubble(text: string): Locator;
  write(text: string): Promise<void>;
  close(): Promise<void>;
}

export interface DeskOptions {
  width?: number;
  colorScheme?: "light" | "dark";
  /** what the browser asks for, e.g. de-DE */
  locale?: string;
  /** fake the page's timers, so that a test can move them */
  fakeTimers?: boolean;
}

/** Opens the desk in a window of its own, up to the issuer's page. */
export async function openDesk(
  browser: BrowserUnderTest,
  cloud: Pick<CloudUnderTest, "baseUrl">,
  { width = 1280, colorScheme = "light", locale = "en-GB", fakeTimers = false }: DeskOptions = {},
): Promise<DeskUnderTest> {
  const context = await browser.open({ viewport: { width, height: 844 }, colorScheme, locale });
  context.setDefaultTimeout(10_000);
  const page = await context.newPage();
  if (fakeTimers) await page.clock.install();
  const complaints = watchConsole(page);
  const urls: string[] = [];
  const frames: string[] = [];
  const tokens = new Set<string>();
  page.on("request", (request) => {
    urls.push(request.url());
    const [, token] = /^Bearer (.+)$/.exec(request.headers()["authorization"] ?? "") ?? [];
    if (token) tokens.add(token);
  });
  page.on("websocket", (socket) => {
    urls.push(socket.url());
    socket.on("framereceived", ({ payload }) => frames.push(String(payload)));
  });
  await page.goto(`${cloud.baseUrl}/desk`);
  return {
    page,
    complaints: () => complaints.filter((line) => !/^Failed to load resource: .*\/v1\//.test(line)),
    urls,
    frames,
    tokens,
    line: (text) => page.locator("nav li", { hasText: text }).getByRole("button"),
    bubble: (text) => page.getByRole("log").getByRole("listitem").filter({ hasText: text }),
    async write(text) {
      await page.getByRole("textbox", { name: "Reply" }).fill(text);
      await page.getByRole("button", { name: "Send reply" }).click();
    },
    close: () => context.close(),
  };
}

/** Opens the desk as a user who signs in by the issuer's button. */
export async function deskOf(
  user: string,
  browser: BrowserUnderTest,
  cloud: Pick<CloudUnderTest, "baseUrl">,
  options: DeskOptions = {},
): Promise<DeskUnderTest> {
  const desk = await openDesk(browser, cloud, options);
  await desk.page.getByRole("button", { name: user }).click();
  await desk.page.getByText("Live", { exact: true }).waitFor();
  return desk;
}

/** Presses Tab until the focus is on the element of this name. @throws when it never is */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  const mostStops = 40;
  for (let stop = 0; stop < mostStops; stop += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`after ${mostStops} tab stops the focus is not on ${target.toString()}`);
}

/** A reply or note on its way to the router. */
export const isWrite = (request: Request): boolean =>
  request.method() === "POST" && new URL(request.url()).pathname.endsWith("/messages");
