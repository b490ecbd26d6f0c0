import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { SignJWT } from "jose";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type BrowserUnderTest, startBrowser } from "./browser.ts";
import { type ChatClient, openChat } from "./chat-client.ts";
import { type DeskUnderTest, deskOf } from "./desk-page.ts";
import { type CloudUnderTest, startCloud, until } from "./harness.ts";

/* Mail and chat on the desk: what a customer lays out, attaches, types, and by which of their addresses they are answered. */

const agent = "agent-en";
const inbox = "support@switchyard.test";
let cloud: CloudUnderTest;
let browser: BrowserUnderTest;
let desk: DeskUnderTest;
const chats: ChatClient[] = [];

beforeAll(async () => {
  browser = await startBrowser();
  cloud = await startCloud();
});
afterAll(async () => {
  await browser?.close();
  await cloud?.stop();
});
beforeEach(async () => {
  expect((await cloud.api(agent, "PUT", `/agents/${agent}/presence`, { status: "available" })).status).toBe(200);
  desk = await deskOf(agent, browser, cloud);
});
afterEach(async () => {
  for (const chat of chats.splice(0)) await chat.close();
  // What a mail may not do is refused, and the browser says so; the desk itself has nothing to complain of.
  const complaints = desk.complaints().filter((line) => !isRefusal(line));
  await desk.close();
  const { body } = await cloud.api("supervisor", "GET", "/conversations");
  for (const { id } of body.items) await cloud.api("supervisor", "POST", `/conversations/${id}/resolve`, {});
  expect(complaints).toEqual([]);
});

const isRefusal = (line: string): boolean =>
  [
    /^Loading the (image|stylesheet) .* violates the following Content Security Policy directive/,
    /^Framing .* violates the following Content Security Policy directive/,
    /^Running the JavaScript URL violates the following Content Security Policy directive/,
    /^Blocked script execution in 'about:srcdoc'/,
    /^Blocked form submission/,
    /^Refused to execute the redirect/,
  ].some((refusal) => refusal.test(line));

async function chatOf(claims?: Record<string, unknown>): Promise<ChatClient> {
  const exp = Math.floor(cloud.clock.now() / 1000) + 120;
  const tokens = claims
    ? [
        await new SignJWT({ aud: "web", exp, ...claims })
          .setProtectedHeader({ alg: "HS256" })
          .sign(new TextEncoder().encode(cloud.vouchSecret)),
      ]
    : [];
  const chat = await openChat(cloud.chatUrl, { tokens });
  chats.push(chat);
  await chat.frame("hello", ({ type }) => type === "hello");
  return chat;
}

const say = (chat: ChatClient, text: string): void =>
  chat.send({ type: "message", text, clientMessageId: crypto.randomUUID() });

const hostileMail = (tracker: string): string => `
  <h1 style="color: rgb(200, 0, 80)">Dear team</h1>
  <p>My <b>kettle</b> leaks.</p>
  <img src="${tracker}/tracker.png" alt="tracker">
  <link rel="stylesheet" href="${tracker}/style.css">
  <style>body { background: url(${tracker}/background.png) }</style>
  <script>parent.parent.document.title = "owned"</script>
  <img src=x onerror="parent.parent.document.title='owned'">
  <svg onload="top.document.title='owned'"></svg>
  <iframe src="${tracker}/frame"></iframe>
  <meta http-equiv="refresh" content="0; url=${tracker}/elsewhere">
  <form action="${tracker}/form"><input name="password"><button>Send</button></form>
  <base href="${tracker}/">
  <a href="javascript:alert(1)">a script</a>`;

test("a mail's HTML is shown as its sender laid it out, and can do nothing", async () => {
  const { page, line, bubble } = desk;
  const asked: (string | undefined)[] = [];
  await using tracker = createServer(({ url }, response) => {
    asked.push(url);
    response.end();
  });
  await once(tracker.listen(0, "127.0.0.1"), "listening");
  const hostile = hostileMail(`http://127.0.0.1:${(tracker.address() as AddressInfo).port}`);
  const from = "hanna@customer.example";
  const text = "Dear team, my kettle leaks.";
  await cloud.mail.send({ from, to: inbox, subject: "A leaking kettle", text, html: hostile });
  // What the intake takes out of a mail comes back in: the frames alone must hold.
  await page.route("**/html", (route) => route.fulfill({ json: { html: hostile } }));
  await line("A leaking kettle").click();
  await bubble("my kettle leaks").getByText("Email").waitFor();
  await page.getByRole("button", { name: "Show as it was laid out" }).click();
  const mail = page.frameLocator(".mail iframe").frameLocator("iframe");
  const heading = mail.getByRole("heading", { name: "Dear team" });
  await heading.waitFor();
  expect(await heading.evaluate((element) => getComputedStyle(element).color)).toBe("rgb(200, 0, 80)");
  await mail.getByRole("button", { name: "Send" }).click();
  await mail.getByText("a script").click();
  await page.getByRole("button", { name: "Show as text" }).click();
  await bubble("my kettle leaks").waitFor();
  expect(await page.title()).not.toContain("owned");
  expect(asked).toEqual([]);
  expect(page.context().pages()).toHaveLength(1);
});

test("what was quoted is apart from what is new, and an attachment comes by a link of its own", async () => {
  const { page, line, bubble } = desk;
  const from = "quentin@customer.example";
  await cloud.mail.send({
    from,
    to: inbox,
    subject: "Still broken",
    text: "It is still broken.\n\nOn Mon, 2 Nov 2026 at 10:00, Switchyard wrote:\n> Have you tried the other socket?\n",
    attachments: [{ filename: "the kettle.txt", content: "A drawing of a kettle", contentType: "text/plain" }],
  });
  await line("Still broken").click();
  const message = bubble("It is still broken.");
  await message.waitFor();
  expect(await message.locator("p").first().textContent()).not.toContain("the other socket");
  await message.getByRole("button", { name: "Show quoted text" }).click();
  await message.getByText("Have you tried the other socket?").waitFor();
  // The button is gone, and the reader's place is not.
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toContain("the other socket");

  const download = page.waitForEvent("download");
  await message.getByRole("button", { name: "the kettle.txt" }).click();
  expect((await download).suggestedFilename()).toBe("the kettle.txt");
});

test("a customer who chats is seen typing, sees the agent typing, and learns what was read", async () => {
  const { page, line, bubble } = desk;
  const chat = await chatOf();
  say(chat, "Hello, do you have this in blue?");
  await line("do you have this in blue").click();
  await bubble("do you have this in blue").getByText("Chat").waitFor();
  await chat.frame("read", (frame) => frame.type === "status" && frame.status === "read");
  chat.send({ type: "typing" });
  await page.getByText("The customer is typing …").waitFor();
  say(chat, "Or in green?");
  await bubble("Or in green?").waitFor();
  await until("nobody types", async () => (await page.getByText("The customer is typing …").count()) === 0, 4_000);
  await page.getByRole("textbox", { name: "Reply" }).pressSequentially("Yes");
  await chat.frame("typing", ({ type }) => type === "typing");
  await desk.write("Yes, we do.");
  const reply = await chat.frame("the reply", (frame) => frame.type === "message" && frame.text === "Yes, we do.");
  await bubble("Yes, we do.").getByText("Sent").waitFor();
  chat.send({ type: "read", messageId: reply.messageId });
  await bubble("Yes, we do.").getByText("Read").waitFor();
  expect(chat.frames.filter(({ text }) => text === "Yes, we do.")).toHaveLength(1);
});

test("one person on two channels is one conversation, answered where they wrote last or where the agent chooses", async () => {
  const { page, line, bubble } = desk;
  const phone = "+4915112345801";
  await cloud.text(phone, "Hello, I would like to change my order, please.");
  await line("change my order").click();
  const chat = await chatOf({ sub: "bea", phone, name: "Bea" });
  say(chat, "It is me again, on your page.");
  await bubble("It is me again, on your page.").getByText("Chat").waitFor();
  const route = page.getByLabel("Answer by");
  await until(
    "the chat is chosen",
    async () => (await route.inputValue()) !== "" && (await chosen(page)).includes("Chat"),
  );
  await desk.write("Here in the chat.");
  await chat.frame("the reply", (frame) => frame.text === "Here in the chat.");

  await route.selectOption({ label: `SMS, ${phone}` });
  await desk.write("And by SMS.");
  await bubble("And by SMS.").getByText("Delivered").waitFor();
  expect(cloud.outbox(phone).map(({ text }) => text)).toEqual(["And by SMS."]);
  expect(await chosen(page)).toContain("SMS");

  say(chat, "I am still in the chat.");
  await page.getByRole("status").getByText("You now answer by Chat, bea: the customer was there last.").waitFor();
  expect(await chosen(page)).toContain("Chat");
  const field = page.getByRole("textbox", { name: "Reply" });
  await field.fill("A text that was begun");
  await cloud.text(phone, "Now I am on my way, and write by text.");
  const since = page
    .getByRole("status")
    .getByText("The customer has written by SMS since. This reply still goes out by Chat.");
  await since.waitFor();
  expect(await chosen(page)).toContain("Chat");
  await desk.write("What was begun for the chat goes there.");
  await chat.frame("the reply", (frame) => frame.text === "What was begun for the chat goes there.");
  await page.getByRole("status").getByText(`You now answer by SMS, ${phone}`).waitFor();

  await field.fill("And this one");
  say(chat, "Back in the chat.");
  const offer = page.getByRole("button", { name: "Write by Chat" });
  await offer.click();
  await offer.waitFor({ state: "detached" });
  expect(await field.inputValue()).toBe("And this one");
  expect(await field.evaluate((element) => element === document.activeElement)).toBe(true);
  await page.keyboard.press("Control+Enter");
  await chat.frame("the reply", (frame) => frame.text === "And this one");
  await page.getByRole("complementary", { name: "Customer" }).getByText("vouched for by a sign-in").first().waitFor();
});

const chosen = (page: DeskUnderTest["page"]): Promise<string> =>
  page.getByLabel("Answer by").evaluate((select: HTMLSelectElement) => select.selectedOptions[0]?.text ?? "");

test("a stranger's answer to somebody else's mail is marked, shows the other conversation, and can be joined", async () => {
  const { page, line, bubble } = desk;
  const from = "owen@customer.example";
  await cloud.mail.send({ from, to: inbox, subject: "My own contract", text: "Hello, what does my contract say?" });
  await line("My own contract").click();
  await desk.write("It runs until June.");
  const reply = await until("the reply in the mailbox", async () =>
    (await cloud.mail.received(from)).find(({ text }) => text.includes("It runs until June.")),
  );
  await cloud.mail.send({
    from: "stranger@customer.example",
    to: inbox,
    subject: "Re: My own contract",
    text: "Hello, and what else does it say?",
    inReplyTo: reply.headers["message-id"],
  });
  await line("stranger@customer.example").click();
  await bubble("and what else does it say").waitFor();
  await page.getByRole("note").getByText("Answers another customer's conversation").waitFor();
  await page
    .getByRole("listitem")
    .filter({ hasText: /^other-sender$/ })
    .waitFor();
  await page.getByRole("note").getByRole("button", { name: "Join with" }).click();
  // Both in the question and, once it is there, among the addresses that would be joined.
  await page.getByRole("dialog").getByText(from).first().waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Look at it" }).click();
  await bubble("It runs until June.").waitFor();
  await bubble("and what else does it say").waitFor({ state: "detached" });
  expect(await bubble("It runs until June.").count()).toBe(1);

  // Whoever goes on answering sees what was asked in the other one: it stands only there.
  await line("stranger@customer.example").click();
  await page.getByRole("note").getByRole("button", { name: "Join with" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Join the two" }).click();
  await page.getByRole("button", { name: "Go on there" }).click();
  await bubble("It runs until June.").waitFor();
  const joined = page.getByRole("note").filter({ hasText: "Email, stranger@customer.example was joined to this one" });
  await joined.getByText("Hello, and what else does it say?").waitFor();
  await joined.getByRole("button", { name: "Look at it" }).click();
  await bubble("and what else does it say").waitFor();
});
