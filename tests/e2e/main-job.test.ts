import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FrameLocator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type BrowserUnderTest, startBrowser, watchConsole } from "./browser.ts";
import { type Child, type ReadyLine, startNpm } from "./child.ts";
import { type DeskUnderTest, deskOf } from "./desk-page.ts";
import { until } from "./harness.ts";
import { mailClient } from "./mail-client.ts";

/*
 * What the router is for, on each channel, from `npm start` alone: a customer writes, the agent reads it on the desk and
 * answers there, and the answer is where the customer wrote.
 */

/** pictures for people to look at */
const pictures = join(tmpdir(), "switchyard-main-job");
const agent = "agent-en";
const anna = { phone: "+4915112345678", mail: "anna@customer.test" };
let child: Child;
let router: ReadyLine;
let browser: BrowserUnderTest;
let desk: DeskUnderTest;
let customer: Page;
let complaints: string[];

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  browser = await startBrowser();
  child = startNpm("--json", "--memory", "--port", "0", "--smtp-port", "0");
  router = await child.ready;
  desk = await deskOf(agent, browser, router);
  await desk.page.getByLabel("Presence").selectOption("Available");
  await desk.page.getByText("0 of 4 units").waitFor();
  const context = await browser.open({ viewport: { width: 1280, height: 844 }, locale: "en-GB" });
  context.setDefaultTimeout(10_000);
  customer = await context.newPage();
  complaints = watchConsole(customer);
  await customer.goto(`${router.baseUrl}/sim`);
});
afterEach(() => {
  expect([...complaints, ...desk.complaints()]).toEqual([]);
});
afterAll(async () => {
  await browser?.close();
  child?.process.kill("SIGTERM");
  await child?.ended;
});

/** The agent opens what came, answers it, and sees what became of the answer. */
async function answerOnDesk(
  text: string,
  answer: string,
  status: "Delivered" | "Read",
  subject: string = text,
): Promise<void> {
  const { page, line, bubble, write } = desk;
  await line(subject).click();
  await bubble(text).waitFor();
  await write(answer);
  await bubble(answer).getByText(status).waitFor();
  await pictureOf(page, `desk ${answer}`);
  await page.getByRole("button", { name: "Resolve", exact: true }).click();
  await page.getByText("This conversation is resolved.").waitFor();
}

/** Wide and on a phone, by day and by night. */
async function pictureOf(page: Page, name: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    for (const width of [390, 1280]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 844 });
      const path = join(pictures, `${name} ${width} ${colorScheme}.png`);
      await page.screenshot({ path, fullPage: true, animations: "disabled" });
    }
  }
}

test("a text is answered on the phone", async () => {
  const text = "Hello, could you please send me my invoice again?";
  const phone = customer.getByRole("region", { name: `Phone ${anna.phone}` });
  await phone.getByRole("textbox", { name: "Text message" }).fill(text);
  await phone.getByRole("button", { name: "Send", exact: true }).click();
  await answerOnDesk(text, "Gladly, it is on its way.", "Delivered");
  const received = phone.getByRole("listitem").filter({ hasText: "Gladly, it is on its way." });
  await received.waitFor();
  expect(await received.count()).toBe(1);
});

test("a mail of a real mail program is answered in its thread, and so is the answer to that", async () => {
  const { send, received } = mailClient(router);
  const support = router.inboxes.email;
  const subject = "Order 4711 is late";
  const { messageId } = await send({
    from: `Anna Schmidt <${anna.mail}>`,
    to: support,
    subject,
    text: "Hello,\n\nwhere is my order? It should have been here on Monday.\n\nAnna",
    html: "<p>Hello,</p><p>where is my <b>order</b>? It should have been here on Monday.</p><p>Anna</p>",
  });
  await answerOnDesk("where is my order?", "It left our house today.", "Delivered", subject);
  const answer = await until("the answer in the mailbox", async () =>
    (await received(anna.mail)).find(({ text }) => text.startsWith("It left our house today.")),
  );
  expect(answer).toMatchObject({ from: support, subject: `Re: ${subject}` });
  expect(answer.headers["in-reply-to"]).toBe(messageId);
  expect(answer.headers["references"]?.split(/\s+/)).toContain(messageId);

  const mailbox = customer.getByRole("region", { name: `Mailbox ${anna.mail}` });
  const shown = mailbox.getByRole("listitem").filter({ hasText: "It left our house today." });
  await shown.getByRole("button", { name: "Answer" }).click();
  await mailbox.getByRole("textbox", { name: "Mail" }).fill("Thank you. And the bill?");
  await mailbox.getByRole("button", { name: "Send mail" }).click();
  await pictureOf(customer, "mailbox");
  await answerOnDesk("Thank you. And the bill?", "It lies in the parcel.", "Delivered", subject);
  await mailbox.getByText("It lies in the parcel.").waitFor();
});

test("a chat on a shop's page is answered there, and the desk sees that it was read", async () => {
  const shop: FrameLocator = customer.frameLocator("iframe");
  await shop.getByRole("button", { name: "Open chat" }).click();
  await shop.getByRole("textbox", { name: "Your message" }).fill("Hello, is the quiet kettle in stock?");
  await shop.getByRole("button", { name: "Send", exact: true }).click();
  await answerOnDesk("Hello, is the quiet kettle in stock?", "Yes, eleven of them.", "Read");
  const received = shop.getByRole("listitem").filter({ hasText: "Yes, eleven of them." });
  await received.waitFor();
  expect(await received.count()).toBe(1);
  await pictureOf(customer, "shop");
});
