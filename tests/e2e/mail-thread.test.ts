import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { MailOutboxItem } from "../../infra/local/sim/mailbox.ts";
import { type CloudUnderTest, startCloud, until } from "./harness.ts";

let cloud: CloudUnderTest;
const inbox = "support@switchyard.test";
const agent = "agent-en";

interface Conversation {
  id: string;
  address: string;
  subject: string;
  tags: string[];
}

interface Message {
  id: string;
  direction: string;
  text: string;
  marks?: string[];
}

beforeAll(async () => {
  cloud = await startCloud();
  expect((await cloud.api(agent, "PUT", `/agents/${agent}/presence`, { status: "available" })).status).toBe(200);
});
afterEach(async () => {
  const { body } = await cloud.api("supervisor", "GET", "/conversations?status=assigned");
  for (const { id } of body.items) await cloud.api("supervisor", "POST", `/conversations/${id}/resolve`, {});
});
afterAll(() => cloud?.stop());

const conversationsOf = async (address: string): Promise<Conversation[]> => {
  const { body } = await cloud.api("supervisor", "GET", "/conversations");
  return body.items.filter((item: Conversation) => item.address === address);
};

const conversationOf = (address: string): Promise<Conversation> =>
  until(`a conversation with ${address}`, async () => (await conversationsOf(address))[0]);

const messagesOf = async ({ id }: Conversation): Promise<Message[]> =>
  (await cloud.api("supervisor", "GET", `/conversations/${id}/messages`)).body.items;

/** The texts of a conversation that customer and agent wrote, once there are so many. */
const written = (conversation: Conversation, count: number): Promise<string[]> =>
  until(`${count} messages`, async () => {
    const texts = (await messagesOf(conversation)).map(({ text }) => text.trim());
    const ofPeople = texts.filter((text) => !text.startsWith("Thank you for your message."));
    return ofPeople.length === count && ofPeople;
  });

async function answer(conversation: Conversation, text: string): Promise<MailOutboxItem> {
  const path = `/conversations/${conversation.id}/messages`;
  await until(`${agent} holding it`, async () => {
    const reply = await cloud.api(agent, "POST", path, { text }, { "idempotency-key": text });
    return reply.status === 202;
  });
  return until(`"${text}" in the mailbox`, async () =>
    (await cloud.mail.received(conversation.address)).find((mail) => mail.text.includes(text)),
  );
}

const threading = ({ headers }: MailOutboxItem): { inReplyTo: string; references: string } => ({
  inReplyTo: headers["message-id"]!,
  references: `${headers["references"]} ${headers["message-id"]}`,
});

const quoted = (text: string): string => text.replaceAll(/^/gm, "> ");

/** As Gmail answers: a line that says who wrote when, then the mail in a quote, in both parts. */
const fromGmail = (text: string, answered: MailOutboxItem) => ({
  ...threading(answered),
  to: answered.headers["reply-to"],
  subject: answered.subject,
  text: `${text}\n\nOn Sun, Nov 22, 2026 at 9:00 AM Switchyard Service <${inbox}> wrote:\n\n${quoted(answered.text)}\n`,
  html:
    `<div dir="ltr">${text}</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" class="gmail_attr">` +
    `On Sun, Nov 22, 2026 at 9:00 AM Switchyard Service &lt;${inbox}&gt; wrote:<br></div>` +
    `<blockquote class="gmail_quote" style="margin:0">${answered.text}</blockquote></div>`,
});

/** As Outlook answers: to the inbox itself, the mail below a block of its header fields, nothing marked as a quote. */
const fromOutlook = (text: string, answered: MailOutboxItem) => ({
  inReplyTo: answered.headers["message-id"],
  to: inbox,
  subject: answered.subject.replace(/^Re:/, "RE:"),
  text: `${text}\n\n________________________________\nFrom: Switchyard Service <${inbox}>\nSent: Sunday, November 22, 2026 9:00 AM\nTo: emil@customer.example <emil@customer.example>\nSubject: ${answered.subject}\n\n${answered.text}\n`,
});

test("a thread of six turns with two clients' ways to quote stays one conversation, each text without what it quotes", async () => {
  const from = "emil@customer.example";
  await cloud.mail.send({ from, to: inbox, subject: "Order 4711", text: "Hello, where is my order? It is late." });
  const conversation = await conversationOf(from);
  const second = await answer(conversation, "Which order do you mean?");
  await cloud.mail.send({ from, ...fromGmail("The one of last Monday.", second) });
  const fourth = await answer(conversation, "It left our house today.");
  await cloud.mail.send({ from, ...fromOutlook("Great, and the bill?", fourth) });
  expect(await written(conversation, 5)).toEqual([
    "Hello, where is my order? It is late.",
    "Which order do you mean?",
    "The one of last Monday.",
    "It left our house today.",
    "Great, and the bill?",
  ]);
  const sixth = await answer(conversation, "The bill lies in the parcel.");
  expect(sixth).toMatchObject({ subject: "Re: Order 4711", to: from });
  expect((await conversationsOf(from)).map(({ id, subject }) => [id, subject])).toEqual([
    [conversation.id, "Order 4711"],
  ]);
});

test("a stranger who forges the thread gets a new, marked conversation, and reads nothing of the other", async () => {
  const victim = "fritz@customer.example";
  const eve = "eve@stranger.example";
  await cloud.mail.send({ from: victim, to: inbox, subject: "My account", text: "Hello, what is my balance, please?" });
  const own = await conversationOf(victim);
  const secret = await answer(own, "Your balance is 42 euros.");

  await cloud.mail.send({
    from: eve,
    ...threading(secret),
    to: secret.headers["reply-to"],
    subject: secret.subject,
    text: "And my address?",
  });
  const forged = await conversationOf(eve);
  expect(forged.id).not.toBe(own.id);
  expect(forged.tags).toContain("other-sender");
  expect(await written(own, 2)).toEqual(["Hello, what is my balance, please?", "Your balance is 42 euros."]);
  expect(await written(forged, 1)).toEqual(["And my address?"]);
  const mailbox = await cloud.mail.received(eve);
  expect(JSON.stringify(mailbox)).not.toMatch(/42 euros|balance|fritz/);
});

test("the answer to who forged an In-Reply-To names nothing of that thread: no text, no subject, no address, no id", async () => {
  const victim = "hanna@customer.example";
  const eve = "mallory@stranger.example";
  await cloud.mail.send({ from: victim, to: inbox, subject: "My account", text: "Hello, what is my balance, please?" });
  const own = await conversationOf(victim);
  const secret = await answer(own, "Your balance is 43 euros.");
  const inReplyTo = secret.headers["message-id"]!;
  await cloud.mail.send({ from: eve, to: inbox, inReplyTo, subject: "Re: a guess", text: "And what did I ask?" });
  const forged = await conversationOf(eve);
  expect([forged.id === own.id, forged.tags.includes("other-sender")]).toEqual([false, true]);

  const told = JSON.stringify(await answer(forged, "I see no question of yours."));
  const ids = secret.headers["references"]!.split(/\s+/).map((id) => id.slice(1, id.indexOf("@")));
  expect(ids).toHaveLength(2);
  for (const word of [...ids, "43 euros", "balance", "My account", victim]) expect(told).not.toContain(word);
});

test("thirty megabytes in one mail are one message, and the next mail comes in as ever", async () => {
  const from = "greta@customer.example";
  const content = Buffer.alloc(22 * 1024 * 1024, "all work and no play ");
  const text = "Hello, here are the pictures of the damage.";
  await cloud.mail.send({ from, to: inbox, subject: "Pictures", text, attachments: [{ filename: "a.bin", content }] });
  const conversation = await conversationOf(from);
  expect(await written(conversation, 1)).toEqual([text]);
  await cloud.mail.send({ from, to: inbox, subject: "Pictures", text: "Did they arrive?" });
  expect(await written(conversation, 2)).toEqual([text, "Did they arrive?"]);
  expect((await cloud.api("admin", "GET", "/parked")).body.items).toEqual([]);
});
