import type { FrameLocator, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { barriers, tooSmall } from "./barriers.ts";
import { type BrowserUnderTest, startBrowser, watchConsole } from "./browser.ts";
import { type CloudUnderTest, startCloud, until } from "./harness.ts";

/* The page on which one is the customers: each has a phone, a mailbox and a browser of their own. */

const anna = { name: "Anna Schmidt", phone: "+4915112345678", mail: "anna@customer.test" };
const james = { name: "James Miller", phone: "+12025550142", mail: "james@customer.test" };
let cloud: CloudUnderTest;
let browser: BrowserUnderTest;
let page: Page;
let complaints: string[];

beforeAll(async () => {
  browser = await startBrowser();
  cloud = await startCloud();
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
  await page.getByRole("textbox", { name: "Text message" }).waitFor();
}

const be = ({ phone }: { phone: string }): Promise<void> => page.getByRole("button", { name: phone }).click();
const texts = (): Locator => page.getByRole("log", { name: "Texts" });
const mails = (): Locator => page.getByRole("list", { name: "Mails" }).getByRole("listitem");
const shop = (): FrameLocator => page.frameLocator("iframe");
const chatLines = (): Locator => shop().getByRole("listitem");

async function text(words: string): Promise<void> {
  await page.getByRole("textbox", { name: "Text message" }).fill(words);
  await page.getByRole("textbox", { name: "Text message" }).press("Enter");
  await texts().getByText(words).waitFor();
}

async function openChat(): Promise<void> {
  // What stays in a corner of a frame does not come into view by itself.
  await page.locator("iframe").scrollIntoViewIfNeeded();
  await shop().getByRole("button", { name: "Open chat" }).click();
}

async function chat(words: string): Promise<void> {
  await openChat();
  await shop().getByRole("textbox", { name: "Your message" }).fill(words);
  await shop().getByRole("textbox", { name: "Your message" }).press("Enter");
  await chatLines().filter({ hasText: words }).getByText("Received").waitFor();
}

test("several phones, of which one more can be added, and what each wrote is there after a reload", async () => {
  const more = { phone: "+4915112345652" };
  await page.getByRole("textbox", { name: "Another phone" }).fill("0151");
  await page.getByRole("button", { name: "Add" }).click();
  await page.getByRole("alert").getByText("country code").waitFor();
  await page.getByRole("textbox", { name: "Another phone" }).fill(more.phone);
  await page.getByRole("button", { name: "Add" }).click();
  await text("Hello from the new phone");
  await be(james);
  await text("Hello from the other phone");
  await page.reload();
  await be(more);
  await texts().getByText("Hello from the new phone").waitFor();
  expect(await texts().getByText("Hello from the other phone").count()).toBe(0);
});

test("each customer has a chat of their own, and finds it again", async () => {
  await be(anna);
  await chat("Hello, this is Anna about the kettle");
  await be(james);
  await chat("Hello, this is James about the cup");
  expect(await chatLines().filter({ hasText: "Anna" }).count()).toBe(0);
  await be(anna);
  await openChat();
  await chatLines().filter({ hasText: "Anna about the kettle" }).waitFor();
  expect(await chatLines().filter({ hasText: "James" }).count()).toBe(0);
});

test("who signs in to the shop is known there as who they are elsewhere, until they sign out", async () => {
  await be(james);
  await text("Hello, my cup is broken.");
  const button = (name: string): Locator => page.getByRole("button", { name, exact: true });
  await button(`Sign in as ${james.name}`).click();
  await chat("It is me, at my computer");
  const customer = await until("one customer of phone and shop", async () => {
    const { body } = await cloud.api("supervisor", "GET", `/customers?address=${encodeURIComponent(james.phone)}`);
    return body.items[0]?.identities.length === 3 && body.items[0];
  });
  expect(customer).toMatchObject({ name: james.name });
  expect(customer.identities.map(({ address }: { address: string }) => address).toSorted()).toEqual(
    [james.phone, james.mail, `user:${james.mail}`].toSorted(),
  );

  await be(anna);
  await button(`Sign in as ${anna.name}`).waitFor();
  await page.reload();
  await be(james);
  await button("Sign out").waitFor();
  await openChat();
  await chatLines().filter({ hasText: "at my computer" }).waitFor();
  await button("Sign out").click();
  await button(`Sign in as ${james.name}`).waitFor();
  await openChat();
  await shop().getByText("Write to us.").waitFor();
  expect(await chatLines().count()).toBe(0);
});

test("a mail's HTML runs nowhere, and an answer folds away what it quotes", async () => {
  const harmful = `<img src=x onerror="document.title='taken'"><script>document.title='taken'</script>`;
  await be(anna);
  await page.getByRole("textbox", { name: "Subject" }).fill(`About ${harmful}`);
  await page.getByRole("textbox", { name: "Mail", exact: true }).fill(`Hello, ${harmful}`);
  await page.getByRole("button", { name: "Send mail" }).click();
  const conversation = await until("a conversation by mail", async () => {
    const { body } = await cloud.api("supervisor", "GET", "/conversations");
    return body.items.find(({ address }: { address: string }) => address === anna.mail);
  });
  const agent = "agent-en";
  expect((await cloud.api(agent, "PUT", `/agents/${agent}/presence`, { status: "available" })).status).toBe(200);
  const path = `/conversations/${conversation.id}`;
  await cloud.api("supervisor", "POST", `${path}/transfer`, { agentId: agent });
  await until(`${agent} holding it`, async () => (await cloud.api(agent, "GET", path)).body.agentId === agent);
  const reply = { text: `First line\n\n${harmful}` };
  expect((await cloud.api(agent, "POST", `${path}/messages`, reply, { "idempotency-key": "sim-page" })).status).toBe(
    202,
  );

  const received = mails().filter({ hasText: "First line" });
  await received.getByText(harmful).waitFor();
  await received.getByRole("button", { name: "Answer" }).click();
  await page.getByRole("textbox", { name: "Mail", exact: true }).fill("Thank you.");
  await page.getByRole("button", { name: "Send mail" }).click();
  const answer = mails().filter({ hasText: "Thank you." });
  await answer.getByText("Thank you.").waitFor();
  expect(await answer.getByText("First line").isVisible()).toBe(false);
  await answer.getByText("What it answers").click();
  await answer.getByText("> First line").waitFor();
  // The address that the answer went to is long.
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  expect(await page.title()).toBe("Be a customer · Switchyard");
});

test.each([
  { width: 1280, colorScheme: "light" },
  { width: 1280, colorScheme: "dark" },
  { width: 390, colorScheme: "light" },
  { width: 390, colorScheme: "dark" },
] as const)("has no barrier $width pixels wide, $colorScheme", async ({ width, colorScheme }) => {
  await page.context().close();
  await open(width, colorScheme);
  await text("Hello");
  await page.getByRole("textbox", { name: "Mail", exact: true }).fill("Hello");
  await page.getByRole("button", { name: "Send mail" }).click();
  await mails().first().waitFor();
  await openChat();
  await shop().getByRole("textbox", { name: "Your message" }).waitFor();
  expect(await barriers(page)).toEqual([]);
  expect(await tooSmall(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
});
