import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { barriers, tooSmall } from "./barriers.ts";
import { type BrowserUnderTest, startBrowser, watchConsole } from "./browser.ts";
import { type CloudUnderTest, startCloud, until } from "./harness.ts";

/* The apps of the simulator's phone, the counter and the clock beside it. */

const agent = "agent-en";
const hourMs = 60 * 60_000;
let cloud: CloudUnderTest;
let browser: BrowserUnderTest;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  browser = await startBrowser();
  cloud = await startCloud();
  expect((await cloud.api(agent, "PUT", `/agents/${agent}/presence`, { status: "available" })).status).toBe(200);
});
afterAll(async () => {
  await browser?.close();
  await cloud?.stop();
});
beforeEach(() => open());
afterEach(async () => {
  await page.context().close();
  expect(complaints).toEqual([]);
});

async function open(width = 1280, colorScheme: "light" | "dark" = "light"): Promise<void> {
  const context = await browser.open({ viewport: { width, height: 844 }, colorScheme, locale: "en-GB" });
  context.setDefaultTimeout(10_000);
  page = await context.newPage();
  complaints = watchConsole(page);
  await page.goto(`${cloud.baseUrl}/sim`);
  await tab("Texts").waitFor();
}

const tab = (title: string): Locator => page.getByRole("tab", { name: title });
const thread = (app: string): Locator => page.getByRole("log", { name: app });
const button = (name: string): Locator => page.getByRole("button", { name, exact: true });

async function be(phone: string): Promise<void> {
  await page.getByRole("textbox", { name: "Another phone" }).fill(phone);
  await button("Add").click();
  await page.getByRole("region", { name: `Phone ${phone}` }).waitFor();
}

async function attach(picture: string): Promise<void> {
  await page.getByLabel("Attach").first().click();
  await button(`Picture: ${picture}`).click();
  await page.getByText(`📎 ${picture}.png`).waitFor();
}

async function write(app: string, words: string): Promise<void> {
  const field = page.getByRole("textbox", { name: `${app} message` });
  await field.fill(words);
  await field.press("Enter");
  await thread(app).getByText(words).waitFor();
}

/** The agent holds the one conversation whose channel and last words these are. */
async function held(channel: string, words: string): Promise<string> {
  const { id } = await until(`a conversation on ${channel}`, async () => {
    const { items } = (await cloud.api("supervisor", "GET", `/conversations`)).body;
    for (const item of items.filter((each: { channel: string }) => each.channel === channel)) {
      const messages = (await cloud.api("supervisor", "GET", `/conversations/${item.id}/messages`)).body.items;
      if (messages.some(({ text }: { text: string }) => text === words)) return item;
    }
  });
  await cloud.api("supervisor", "POST", `/conversations/${id}/transfer`, { agentId: agent });
  await until(`${agent} holding it`, async () => {
    const { body } = await cloud.api(agent, "GET", `/conversations/${id}`);
    return body.agentId === agent;
  });
  return id;
}

async function answer(id: string, reply: { text: string; quickReplies?: string[] }): Promise<void> {
  const headers = { "idempotency-key": `${id} ${reply.text}` };
  const { status, body } = await cloud.api(agent, "POST", `/conversations/${id}/messages`, reply, headers);
  expect(status, JSON.stringify(body)).toBe(202);
}

// What the API answers is what the test asserts.
// oxlint-disable-next-line typescript/no-explicit-any
const messagesOf = async (id: string): Promise<any[]> =>
  (await cloud.api(agent, "GET", `/conversations/${id}/messages`)).body.items;

test("an app takes pictures, shows answers to choose from, reactions, edits, and what is new", async () => {
  await be("+4915112345661");
  await tab("Messenger").click();
  await write("Messenger", "Hello, my cup arived broken");
  await attach("Broken cup");
  await write("Messenger", "Like this");
  await thread("Messenger").getByRole("img", { name: "Broken cup.png" }).waitFor();
  const id = await held("messenger", "Like this");
  await until("the picture in the conversation", async () =>
    (await messagesOf(id)).some(({ media: [file] }) => file?.state === "stored" && file.contentType === "image/png"),
  );

  await answer(id, { text: "Shall we send another?", quickReplies: ["Yes, please", "No"] });
  const question = thread("Messenger").getByRole("listitem").filter({ hasText: "another?" });
  await question.waitFor();
  await until("the question read", async () =>
    (await messagesOf(id)).some(({ text, status }) => text.startsWith("Shall we") && status === "read"),
  );
  await question.locator("summary").click();
  await button("React with 👍").click();
  await question.getByText("👍").first().waitFor();
  await button("Yes, please").click();
  await button("No").waitFor({ state: "detached" });
  await thread("Messenger").getByText("Yes, please").waitFor();

  const misspelt = thread("Messenger").getByRole("listitem").filter({ hasText: "arived" });
  await misspelt.locator("summary").click();
  await button("Edit").click();
  await write("Messenger", "Hello, my cup arrived broken");
  await thread("Messenger").getByText("edited").waitFor();
  await until("all of it in the conversation", async () => {
    const texts = (await messagesOf(id)).map(({ text }) => text);
    return ["👍", "Yes, please", "Hello, my cup arrived broken"].every((text) => texts.includes(text));
  });

  await tab("Telegram").click();
  await answer(id, { text: "It is on its way" });
  await tab("Messenger 1 new").click();
  await thread("Messenger").getByText("It is on its way").waitFor();
  await tab("Telegram").click();
  await page.getByRole("textbox", { name: "Telegram message" }).waitFor();
  expect(await page.getByRole("tab", { name: "new" }).count()).toBe(0);
  await page.reload();
  await be("+4915112345661");
  await tab("Messenger").click();
  await thread("Messenger").getByRole("img", { name: "Broken cup.png" }).waitFor();
});

test("apps are gone through by arrow keys, and Escape leaves a menu where it was opened", async () => {
  await tab("Texts").press("ArrowLeft");
  await page.getByRole("textbox", { name: "Telegram message" }).waitFor();
  await page.keyboard.press("ArrowRight");
  await page.getByRole("textbox", { name: "Text message" }).waitFor();
  expect(await tab("Texts").getAttribute("aria-selected")).toBe("true");
  const sign = page.locator("summary").first();
  await sign.focus();
  await page.keyboard.press("Enter");
  await button("Picture: Receipt").focus();
  await page.keyboard.press("Escape");
  expect(await button("Picture: Receipt").isVisible()).toBe(false);
  expect(await sign.evaluate((element) => element === document.activeElement)).toBe(true);
});

test("a visit and a scanned letter at the counter become conversations, and answers come back there", async () => {
  await be("+4915112345662");
  const filed = page.getByRole("list", { name: "Counter and post" });
  await page.getByRole("textbox", { name: "What they say" }).fill("Good morning, I have moved house.");
  await button("File the visit").click();
  await filed.getByText("I have moved house").waitFor();
  const id = await held("custom", "Good morning, I have moved house.");
  await answer(id, { text: "We have noted your new address" });
  await filed.getByText("We have noted your new address").waitFor();
  await page.getByRole("combobox", { name: "brings" }).selectOption("letter");
  await page.getByRole("textbox", { name: "What they write" }).fill("Dear Sir or Madam,\nplease close my account.");
  await button("File the letter").click();
  await filed.getByText("Letter.png").waitFor();
  const letter = await until("the scan in the conversation", async () =>
    (await messagesOf(id)).find(({ media: [file] }) => file?.state === "stored"),
  );
  expect(letter).toMatchObject({ text: "", media: [{ name: "Letter.png", contentType: "image/png" }] });
});

test("time passes when it is told to", async () => {
  const time = async (): Promise<number> =>
    Date.parse((await page.locator(".clock time").getAttribute("datetime")) ?? "");
  const before = await time();
  await button("1 hour later").click();
  await until("an hour later", async () => (await time()) >= before + hourMs);
  expect(await button("25 hours later").isEnabled()).toBe(true);
});

test.each([
  { width: 1280, colorScheme: "light" },
  { width: 390, colorScheme: "dark" },
] as const)(
  "has no barrier $width pixels wide, $colorScheme, whichever app is open",
  async ({ width, colorScheme }) => {
    await page.context().close();
    await open(width, colorScheme);
    for (const app of ["Text", "WhatsApp", "Messenger", "Instagram", "Telegram"]) {
      await tab(app).click();
      await attach("Parcel label");
      const field = page.getByRole("textbox", { name: `${app} message` });
      await field.fill("Hello");
      await field.press("Enter");
      await thread(app).getByRole("img").waitFor();
      for (const menu of await page.locator(".menu > summary").all()) await menu.click();
      expect(await barriers(page), app).toEqual([]);
      expect(await tooSmall(page), app).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    }
  },
);
