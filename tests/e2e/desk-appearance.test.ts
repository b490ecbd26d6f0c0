import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type BrowserUnderTest, startBrowser, watchConsole } from "./browser.ts";
import { type DeskOptions, type DeskUnderTest, deskOf, openDesk, tabTo } from "./desk-page.ts";
import { type CloudUnderTest, startCloud } from "./harness.ts";

/* Whether everybody can use the pages: by keyboard, on a phone, in the dark, with a screen reader, in any script. */

const agent = "agent-en";
const customer = "+4915112345650";
const arabic = "مرحبا، أين طلبي؟";
const markup = '<img src=x onerror="alert(1)"> <b>bold</b> &amp; 😀👩🏽‍🚒';
let cloud: CloudUnderTest;
let browser: BrowserUnderTest;
let axe: string;
let desk: DeskUnderTest | undefined;

beforeAll(async () => {
  const axeFile = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
  axe = await readFile(axeFile, "utf8");
  browser = await startBrowser();
  cloud = await startCloud();
  await setPresence("available");
  await cloud.text(customer, "Hello, could you please help me with my order?");
  await cloud.text(customer, arabic);
  await cloud.text(customer, markup);
  await cloud.clock.settle();
});
afterAll(async () => {
  await browser?.close();
  await cloud?.stop();
});
beforeEach(() => {
  desk = undefined;
});
afterEach(async () => {
  const complaints = desk?.complaints() ?? [];
  await desk?.close();
  expect(complaints).toEqual([]);
});

async function setPresence(status: "available" | "offline"): Promise<void> {
  expect((await cloud.api(agent, "PUT", `/agents/${agent}/presence`, { status })).status).toBe(200);
}

const open = async (options: DeskOptions = {}): Promise<DeskUnderTest> => {
  desk = await deskOf(agent, browser, cloud, options);
  await desk.line(customer).click();
  await desk.bubble(arabic).waitFor();
  return desk;
};

/** What axe finds serious or critical, one line each. */
async function barriers(page: Page): Promise<string[]> {
  // The page's policy forbids foreign scripts; the debugger's own evaluation is not the page's.
  await page.evaluate(axe);
  const { violations, passes } = await page.evaluate<AxeResults>("axe.run()");
  expect(passes.length).toBeGreaterThan(10);
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

describe.each([
  { width: 1280, colorScheme: "light" },
  { width: 1280, colorScheme: "dark" },
  { width: 390, colorScheme: "light" },
  { width: 390, colorScheme: "dark" },
] as const)("$width pixels wide, $colorScheme", (look) => {
  test("no page has a barrier, and every target is large enough to touch", async () => {
    desk = await openDesk(browser, cloud, look);
    const { page, line, bubble } = desk;
    await page.getByRole("button", { name: agent }).waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.getByRole("button", { name: agent }).click();
    await line(customer).waitFor();
    expect(await barriers(page)).toEqual([]);
    expect(await tooSmall(page)).toEqual([]);
    await line(customer).click();
    await bubble(arabic).waitFor();
    await page.getByRole("button", { name: "Note, stays inside" }).click();
    await page.getByRole("textbox", { name: "Note" }).fill("Something for colleagues");
    expect(await barriers(page)).toEqual([]);
    expect(await tooSmall(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(look.width);
    expect(await page.evaluate(brightnessOfGround)).toSatisfy((brightness: number) =>
      look.colorScheme === "dark" ? brightness < 64 : brightness > 192,
    );
    await page.goto(`${cloud.baseUrl}/sim`);
    await page.getByRole("textbox", { name: "Text message" }).fill("Hello");
    expect(await barriers(page)).toEqual([]);
    expect(await tooSmall(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(look.width);
  });
});

/** Of the page's background, 0 to 255. */
function brightnessOfGround(): number {
  const [red = 0, green = 0, blue = 0] = getComputedStyle(document.body).backgroundColor.match(/\d+/g)!.map(Number);
  return (red + green + blue) / 3;
}

/** Targets of less than 44 CSS pixels (WCAG 2.2, success criterion 2.5.5). */
const tooSmall = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    Array.from(document.querySelectorAll("button, input, select, textarea"))
      .filter((element) => {
        const { width, height } = element.getBoundingClientRect();
        return height > 0 && (height < 44 || width < 44);
      })
      .map((element) => element.outerHTML),
  );

test("customers' texts are text: markup stays as it was written, and each has its own direction", async () => {
  const { page, bubble } = await open();
  const direction = (text: string): Promise<string> =>
    bubble(text)
      .locator("p")
      .evaluate((element) => getComputedStyle(element).direction);
  expect(await bubble("onerror").locator("p").textContent()).toBe(markup);
  expect(await page.locator("img, b:not(.badge)").count()).toBe(0);
  expect(await direction(arabic)).toBe("rtl");
  expect(await direction("Hello, could you")).toBe("ltr");
});

test("a very long text is cut, and is there as a whole when it is asked for", async () => {
  const long = `${"很长的一段话".repeat(16_000)}这是结尾`;
  await cloud.text("+4915112345653", long);
  desk = await deskOf(agent, browser, cloud);
  const { page, line } = desk;
  await line("+4915112345653").click();
  const text = page.getByRole("log").getByRole("listitem").locator("p").first();
  await text.waitFor();
  expect((await text.textContent())!.length).toBeLessThan(long.length);
  await page.getByRole("button", { name: "Show all of it (282 KB)" }).click();
  await page.getByRole("log").getByText("这是结尾").waitFor();
  expect(await text.textContent()).toBe(long);
});

test("the keyboard is enough: sign in, become available, read, answer, resolve", async () => {
  await setPresence("offline");
  desk = await openDesk(browser, cloud);
  const { page, line, bubble } = desk;
  await page.getByRole("button", { name: agent }).waitFor();
  await tabTo(page, page.getByRole("button", { name: agent }));
  await page.keyboard.press("Enter");
  await line(customer).waitFor();
  await tabTo(page, page.getByLabel("Presence"));
  await page.keyboard.press("Home");
  await page.getByText("1 of 4 units").waitFor();
  await cloud.text("+4915112345651", "Hello, how long does the delivery take?");
  await line("+4915112345651").waitFor();
  await tabTo(page, line("+4915112345651"));
  await page.keyboard.press("Enter");
  await bubble("how long does the delivery take").waitFor();
  await tabTo(page, page.getByRole("textbox", { name: "Reply" }));
  await page.keyboard.type("Two days.");
  await page.keyboard.press("Control+Enter");
  await bubble("Two days.").getByText("Delivered").waitFor();
  await page.keyboard.press("Shift+Tab");
  await tabTo(page, page.getByRole("button", { name: "Resolve" }));
  await page.keyboard.press("Enter");
  await page.getByText("This conversation is resolved.").waitFor();
  const focused = await page.evaluate(() => document.activeElement?.tagName);
  expect(focused).toBe("H2");
});

test("on a phone the list gives way to the conversation, and the browser's way back leads to the list", async () => {
  const { page, line, bubble } = await open({ width: 390 });
  expect(await line(customer).isVisible()).toBe(false);
  await page.goBack();
  await line(customer).waitFor();
  expect(await bubble(arabic).isVisible()).toBe(false);
  await line(customer).click();
  await page.getByRole("button", { name: "List" }).click();
  await line(customer).waitFor();
  expect(await page.getByRole("log").count()).toBe(0);
});

test("the phone page is several customers, and remembers what they wrote", async () => {
  const context = await browser.open({ viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  const complaints = watchConsole(page);
  await page.goto(`${cloud.baseUrl}/sim`);
  const send = async (phone: string, text: string): Promise<void> => {
    await page.getByRole("button", { name: phone }).click();
    await page.getByRole("textbox", { name: "Text message" }).fill(text);
    await page.keyboard.press("Enter");
    await page.getByRole("log").getByText(text).waitFor();
  };
  await page.getByRole("textbox", { name: "Another phone" }).fill("0151");
  await page.getByRole("button", { name: "Add" }).click();
  await page.getByRole("alert").getByText("country code").waitFor();
  await page.getByRole("textbox", { name: "Another phone" }).fill("+4915112345652");
  await page.getByRole("button", { name: "Add" }).click();
  await send("+4915112345652", "Hello from the new phone");
  await send("+12025550142", "Hello from the other phone");
  await page.reload();
  await page.getByRole("button", { name: "+4915112345652" }).click();
  await page.getByRole("log").getByText("Hello from the new phone").waitFor();
  expect(await page.getByRole("log").getByText("Hello from the other phone").count()).toBe(0);
  expect(complaints).toEqual([]);
  await context.close();
});
