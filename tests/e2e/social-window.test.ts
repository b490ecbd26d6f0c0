import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type BrowserUnderTest, startBrowser, watchConsole } from "./browser.ts";
import { type DeskUnderTest, deskOf } from "./desk-page.ts";
import { type CloudUnderTest, startCloud, until } from "./harness.ts";
import { Service } from "./service.ts";
import { fromMeta, post, whatsAppChange, whatsAppEvent } from "./social-webhook.ts";

/*
 * A conversation on WhatsApp as the two people see it: pictures both ways, and a day later what is left to the agent, who is
 * told before they type.
 */

/** pictures for people to look at */
const pictures = join(tmpdir(), "switchyard-social-window");
const agent = "agent-en";
const anna = "+4915112345678";
const phoneNumberId = "100000000000001";
const markup = "<b>bright</b>";
/** Moving the clock by a day runs every minute's sweep on the way. */
const longMs = 240_000;
let cloud: CloudUnderTest;
let browser: BrowserUnderTest;
let desk: DeskUnderTest;
let phone: Page;
let complaints: string[];

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  [browser, cloud] = await Promise.all([startBrowser(), startCloud()]);
  await new Service(cloud.api).available(agent);
  desk = await deskOf(agent, browser, cloud);
  const context = await browser.open({ viewport: { width: 1280, height: 844 }, locale: "en-GB" });
  context.setDefaultTimeout(20_000);
  phone = await context.newPage();
  complaints = watchConsole(phone);
  await phone.goto(`${cloud.baseUrl}/sim`);
  await tab("WhatsApp").waitFor();
});
/**
 * A ticket is good for a minute, and a clock that leaps may come between it and the socket: the desk fetches another. And a
 * sign-in that is renewed ends after twelve hours.
 */
const isOfTheLeap = (complaint: string): boolean =>
  (complaint.includes("/live?ticket=") && complaint.includes("Unexpected response code: 403")) ||
  (complaint.includes("/oauth2/token") && complaint.includes("status of 400"));

afterEach(() => {
  expect([...complaints, ...desk.complaints()].filter((complaint) => !isOfTheLeap(complaint))).toEqual([]);
});
afterAll(async () => {
  await browser?.close();
  await cloud?.stop();
});

const tab = (title: string): Locator => phone.getByRole("tab", { name: title });
const thread = (app: string): Locator => phone.getByRole("log", { name: app });

async function write(app: string, words: string): Promise<void> {
  const field = phone.getByRole("textbox", { name: `${app} message` });
  await field.fill(words);
  await field.press("Enter");
}

/** Wide and on a phone. */
async function pictureOf(page: Page, name: string): Promise<void> {
  for (const width of [390, 1280]) {
    await page.setViewportSize({ width, height: 844 });
    const path = join(pictures, `${name} ${width}.png`);
    await page.screenshot({ path, fullPage: true, animations: "disabled" });
  }
}

/** Has come over whole, and is more than a frame. */
const isSeen = (image: Locator): Promise<unknown> =>
  until("the picture is seen", async () =>
    image
      .first()
      .evaluate((element) => (element as HTMLImageElement).naturalWidth > 0)
      .catch(() => false),
  );

const isAtItsEnd = ({ scrollHeight, scrollTop, clientHeight }: Element): boolean =>
  scrollHeight - scrollTop - clientHeight <= 1;

/** Nobody's sign-in lasts a day. */
async function signInAgain(): Promise<void> {
  const { page, line } = desk;
  await page.getByRole("button", { name: "Sign in again" }).click({ timeout: 60_000 });
  await page.getByRole("button", { name: agent }).click();
  await page.getByText("Live", { exact: true }).waitFor();
  await line("when my parcel comes").click();
}

test("a customer's picture is on the desk, and the agent's is on the phone", { timeout: longMs }, async () => {
  const { page, line, bubble } = desk;
  await write("Text", "Hello, could you please tell me when my parcel comes?");
  await line("when my parcel comes").waitFor();
  await tab("WhatsApp").click();
  await phone.getByLabel("Attach").first().click();
  await phone.getByRole("button", { name: "Picture: Broken cup" }).click();
  await write("WhatsApp", "Hello, it has come, and the cup in it is broken.");
  await line("the cup in it is broken").click();
  await bubble("the cup in it is broken").getByText("WhatsApp").first().waitFor();
  await isSeen(
    page
      .getByRole("log")
      .getByRole("button", { name: /^Enlarge/ })
      .locator("img"),
  );

  // It is the same person: the agent says so, and sees what comes together.
  await page.getByRole("button", { name: "Join with" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("searchbox").fill("parcel comes");
  await dialog.getByRole("button", { name: "Find" }).click();
  await dialog.getByRole("button", { name: anna }).click();
  await dialog.getByRole("list", { name: "Addresses that become one customer's" }).getByText("SMS").first().waitFor();
  await pictureOf(page, "join");
  await dialog.getByRole("button", { name: "Join the two" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Go on there" }).click();
  await bubble("when my parcel comes").waitFor();

  const picture = await tab("WhatsApp").screenshot();
  await page
    .locator("input[name=files]")
    .setInputFiles({ name: "new cup.png", mimeType: "image/png", buffer: picture });
  await desk.write("We send you this one.");
  await bubble("We send you this one.").getByText("Read").waitFor();
  const received = thread("WhatsApp").getByRole("listitem").filter({ hasText: "We send you this one." });
  await isSeen(received.getByRole("img", { name: "Picture from the business" }));
  expect(cloud.providers.meta.outbox({ channel: "whatsapp", to: anna }).map(({ text }) => text)).toEqual([
    "We send you this one.",
  ]);
  await showsWhatNobodyKnows();
  await pictureOf(page, "desk with pictures");
  await pictureOf(phone, "phone with pictures");
});

/** What Meta says beyond its documents is there as text, for whoever unfolds it. */
async function showsWhatNobodyKnows(): Promise<void> {
  const { meta } = cloud.accounts;
  const said = whatsAppChange(phoneNumberId, { number: anna, text: "It looks good.", at: cloud.clock.now() });
  Object.assign(said.value.messages[0]!, { mood: { "<i>now</i>": markup }, wit: "dry" });
  expect((await post(fromMeta({ baseUrl: cloud.baseUrl, meta }, whatsAppEvent(said)))).status).toBe(200);
  const message = desk.bubble("It looks good.");
  const details = message.getByRole("group");
  expect(await details.getByRole("definition").first().isVisible()).toBe(false);
  await message.getByText("2 more details from the provider").press("Enter");
  expect(await details.getByRole("definition").allTextContents()).toEqual([`{\n  "<i>now</i>": "${markup}"\n}`, "dry"]);
  expect(await message.locator("i, b").count()).toBe(0);
}

test(
  "25 hours later the desk says why free text can't go, and a template and SMS go out",
  { timeout: longMs },
  async () => {
    const { page, bubble } = desk;
    const later = phone.getByRole("button", { name: "25 hours later" });
    await later.click();
    await until("25 hours have passed", async () => later.isEnabled(), longMs);
    await signInAgain();
    const why = page.getByRole("note").filter({ hasText: "this channel takes no free text any more" });
    await why.waitFor();
    await pictureOf(page, "desk a day later");

    await page.getByRole("button", { name: "Choose a template" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Ask whether it still stands" }).click();
    await dialog.getByRole("textbox", { name: "customer's name" }).fill("Anna");
    await dialog.getByRole("textbox", { name: "what it is about" }).fill("the broken cup");
    const text = "Hello Anna, you asked us about the broken cup. May we go on with it here?";
    await dialog.getByText(text).waitFor();
    await pictureOf(page, "template");
    await dialog.getByRole("button", { name: "Send the template" }).click();
    await bubble(text).getByText("Read").waitFor();
    await thread("WhatsApp").getByText(text).waitFor();

    await page.getByRole("button", { name: `Write by SMS, ${anna}` }).click();
    await desk.write("Or would you rather go on by text?");
    await bubble("Or would you rather go on by text?").getByText("Delivered").waitFor();
    await tab("Texts").click();
    await thread("Texts").getByText("Or would you rather go on by text?").waitFor();
    await pictureOf(page, "desk after both");
    await pictureOf(phone, "phone after both");

    await tab("WhatsApp").click();
    await write("WhatsApp", "Yes, here please.");
    await bubble("Yes, here please.").waitFor();
    await page.getByText(`You now answer by WhatsApp, ${anna}: the customer was there last.`).waitFor();
    await page.getByText(/^You may write freely until/).waitFor();
    expect(await why.count()).toBe(0);
    await desk.write("Gladly.");
    await thread("WhatsApp").getByText("Gladly.").waitFor();
    const received = cloud.providers.meta.outbox({ channel: "whatsapp", to: anna }).map((item) => item.text);
    expect(received).toEqual(["We send you this one.", text, "Gladly."]);

    await tab("Texts").click();
    await write("Text", "I can be reached by text again.");
    await page.getByText(`You now answer by SMS, ${anna}`).waitFor();
    await until("what they wrote is seen to its end", () => page.getByRole("log").evaluate(isAtItsEnd));
  },
);
