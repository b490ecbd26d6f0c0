import type { Locator } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { barriers, tooSmall } from "./barriers.ts";
import { type BrowserUnderTest, startBrowser } from "./browser.ts";
import { type DeskOptions, type DeskUnderTest, deskOf, openDesk, tabTo } from "./desk-page.ts";
import { type CloudUnderTest, startCloud } from "./harness.ts";
import { learn } from "../../web/desk/words/learn.ts";
import { wordsIn } from "../../web/desk/words/words.tsx";

/* Whether everybody can use the pages: by keyboard, on a phone, in the dark, with a screen reader, in any script. */

const agent = "agent-en";
const customer = "+4915112345650";
const arabic = "مرحبا، أين طلبي؟";
const markup = '<img src=x onerror="alert(1)"> <b>bold</b> &amp; 😀👩🏽‍🚒';
let cloud: CloudUnderTest;
let browser: BrowserUnderTest;
let desk: DeskUnderTest | undefined;

beforeAll(async () => {
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

/** Each theme in each language, on a phone and on a desk in turn. */
const looks = [
  { language: "en", width: 1280, colorScheme: "light" },
  { language: "en", width: 390, colorScheme: "dark" },
  { language: "de", width: 390, colorScheme: "light" },
  { language: "de", width: 1280, colorScheme: "dark" },
  { language: "zh", width: 1280, colorScheme: "light" },
  { language: "zh", width: 390, colorScheme: "dark" },
] as const;

await Promise.all(looks.map(({ language }) => learn(language)));

describe.each(looks)("in $language, $width pixels wide, $colorScheme", ({ language, ...look }) => {
  const { t } = wordsIn(language);

  test("no page has a barrier, and every target is large enough to touch", async () => {
    desk = await openDesk(browser, cloud, { ...look, locale: language });
    const { page, line, bubble } = desk;
    await page.getByRole("button", { name: agent }).waitFor();
    expect(await barriers(page)).toEqual([]);
    await page.getByRole("button", { name: agent }).click();
    await line(customer).waitFor();
    expect(await page.evaluate(() => document.documentElement.lang)).toBe(language);
    await page.locator("summary").click();
    expect(await barriers(page)).toEqual([]);
    expect(await tooSmall(page)).toEqual([]);
    await line(customer).click();
    await bubble(arabic).waitFor();
    await page.getByRole("button", { name: t("composer.note") }).click();
    await page.getByRole("textbox", { name: t("composer.note-field") }).fill("Something for colleagues");
    expect(await barriers(page)).toEqual([]);
    expect(await tooSmall(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(look.width);
    expect(await page.evaluate(brokenWords)).toEqual([]);
    expect(await page.evaluate(brightnessOfGround)).toSatisfy((brightness: number) =>
      look.colorScheme === "dark" ? brightness < 64 : brightness > 192,
    );
  });
});

/** Of one word each, and yet on several lines. */
function brokenWords(): string[] {
  const isBroken = (button: Element): boolean => {
    const range = document.createRange();
    range.selectNodeContents(button);
    return !/[\s\p{Script=Han}]/u.test(button.textContent) && range.getClientRects().length > 1;
  };
  return Array.from(document.querySelectorAll("button"), (button) =>
    isBroken(button) ? button.textContent : "",
  ).filter(Boolean);
}

test.each(["light", "dark"] as const)("no window over the desk has a barrier, %s", async (colorScheme) => {
  const { page } = await open({ colorScheme, width: colorScheme === "light" ? 1280 : 390 });
  const dialog = page.getByRole("dialog");
  const windows: [string, () => Promise<void>][] = [
    ["the keys", () => page.keyboard.press("?")],
    ["a transfer", () => page.keyboard.press("t")],
    ["a snooze", () => page.keyboard.press("s")],
    ["canned replies", () => page.getByRole("button", { name: "Canned replies" }).click()],
  ];
  for (const [name, show] of windows) {
    await show();
    await dialog.waitFor();
    expect(await barriers(page), name).toEqual([]);
    expect(await tooSmall(page), name).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth), name).toBeLessThanOrEqual(1280);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
  }
});

test("language and colours are chosen, hold after a reload, and nothing else is kept", async () => {
  const { page } = await open({ locale: "fr-FR" });
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByLabel("Language").selectOption("Deutsch");
  await page.getByLabel("Farben").selectOption("Dunkel");
  await page.getByRole("button", { name: "Schließen", exact: true }).click();
  await page.getByRole("button", { name: "Antwort an den Kunden" }).waitFor();
  expect(await page.evaluate(brightnessOfGround)).toBeLessThan(64);
  await page.goto(`${cloud.baseUrl}/desk`);
  await page.getByRole("button", { name: agent }).click();
  await page.getByRole("heading", { name: "Arbeitsplatz" }).waitFor();
  expect(await page.evaluate(brightnessOfGround)).toBeLessThan(64);
  expect(await page.evaluate(() => Object.keys(localStorage))).toEqual(["switchyard.preferences"]);
});

/** Of the page's background, 0 to 255. */
function brightnessOfGround(): number {
  const [red = 0, green = 0, blue = 0] = getComputedStyle(document.body).backgroundColor.match(/\d+/g)!.map(Number);
  return (red + green + blue) / 3;
}

test("customers' texts are text: markup stays as it was written, and each has its own direction", async () => {
  const { page, bubble } = await open();
  const direction = (text: string): Promise<string> =>
    bubble(text)
      .locator("p")
      .first()
      .evaluate((element) => getComputedStyle(element).direction);
  expect(await bubble("onerror").locator("p").textContent()).toBe(markup);
  expect(await page.getByRole("log").locator("img, b").count()).toBe(0);
  expect(await direction(arabic)).toBe("rtl");
  expect(await direction("Hello, could you")).toBe("ltr");

  await cloud.text(customer, "It is https://shop.example/kettle, see there.");
  const link = bubble("see there").getByRole("link");
  expect(await link.getAttribute("href")).toBe("https://shop.example/kettle");
  expect(await link.getAttribute("rel")).toBe("noopener noreferrer nofollow");
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
  await page.getByRole("button", { name: "Show all of it (282 kB)" }).click();
  await page.getByRole("log").getByText("这是结尾").waitFor();
  expect(await text.textContent()).toBe(long);
});

test("the keyboard is enough: sign in, become available, read, answer, note, search, resolve", async () => {
  await setPresence("offline");
  desk = await openDesk(browser, cloud);
  const { page, line, bubble } = desk;
  const keys = page.keyboard;
  await page.getByRole("button", { name: agent }).waitFor();
  await tabTo(page, page.getByRole("button", { name: agent }));
  await keys.press("Enter");
  await line(customer).waitFor();
  await tabTo(page, page.getByLabel("Presence"));
  await keys.press("Home");
  await page.getByText("1 of 4 units").waitFor();
  await cloud.text("+4915112345651", "Hello, how long does the delivery take?");
  await line("+4915112345651").waitFor();
  // One stop of Tab is enough for a list; its lines are reached by arrows.
  await tabTo(page, page.locator(".section [data-roving]").first());
  for (let step = 0; step < 3 && !(await isFocused(line("+4915112345651"))); step += 1) await keys.press("ArrowDown");
  await keys.press("Enter");
  await bubble("how long does the delivery take").waitFor();
  const reply = page.getByRole("textbox", { name: "Reply" });
  await reply.waitFor();
  await keys.press("r");
  expect(await isFocused(reply)).toBe(true);
  await keys.type("Two days?");
  await keys.press("Control+Enter");
  await bubble("Two days?").getByText("Delivered").waitFor();
  await keys.press("Escape");
  await keys.press("n");
  await keys.type("Answered from memory.");
  await keys.press("Control+Enter");
  await bubble("Answered from memory.").waitFor();
  await keys.press("Escape");
  await keys.press("/");
  expect(await isFocused(page.getByRole("searchbox", { name: "Search" }))).toBe(true);
  await keys.type("how long does");
  await page.getByText("1 conversation found.").waitFor();
  await keys.press("ArrowDown");
  await keys.press("Enter");
  await keys.press("e");
  await page.getByText("This conversation is resolved.").waitFor();
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("H2");
});

const isFocused = (target: Locator): Promise<boolean> =>
  target.evaluate((element) => element === document.activeElement);

test("single keys write where one writes, and do nothing where they are switched off", async () => {
  const { page } = await open();
  const field = page.getByRole("textbox", { name: "Reply" });
  await field.pressSequentially("rest ?");
  expect(await field.inputValue()).toBe("rest ?");
  expect(await page.getByRole("dialog").count()).toBe(0);
  await page.getByRole("button", { name: "Settings" }).click();
  await page.getByLabel("Shortcuts of a single key").uncheck();
  await page.keyboard.press("Escape");
  await page.keyboard.press("?");
  expect(await page.getByRole("dialog").count()).toBe(0);
  await page.getByRole("button", { name: "Keyboard shortcuts" }).click();
  await page.getByText("are switched off in the settings").waitFor();
});

test("the focus goes back to where a window was opened, and stays inside it while it is open", async () => {
  const { page } = await open();
  const button = page.getByRole("button", { name: "Transfer", exact: true });
  await button.press("Enter");
  const dialog = page.getByRole("dialog");
  await dialog.waitFor();
  for (let stop = 0; stop < 12; stop += 1) {
    await page.keyboard.press("Tab");
    const isOutside = await page.evaluate(
      () => document.activeElement !== document.body && !document.activeElement?.closest("dialog"),
    );
    expect(isOutside).toBe(false);
  }
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  expect(await isFocused(button)).toBe(true);
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
