import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CloudUnderTest, startCloud, until } from "./harness.ts";
import { contract, dot, upload } from "./upload.ts";

let cloud: CloudUnderTest;
const inbox = "support@switchyard.test";
const agent = "agent-en";

interface Conversation {
  id: string;
  address: string;
  subject: string;
}

beforeAll(async () => {
  cloud = await startCloud();
  expect((await cloud.api(agent, "PUT", `/agents/${agent}/presence`, { status: "available" })).status).toBe(200);
});
afterAll(() => cloud?.stop());

const conversationsOf = async (address: string): Promise<Conversation[]> => {
  const { body } = await cloud.api("supervisor", "GET", "/conversations");
  return body.items.filter((item: Conversation) => item.address === address);
};

const conversationOf = (address: string): Promise<Conversation> =>
  until(`a conversation of ${agent} with ${address}`, async () => {
    const { body } = await cloud.api(agent, "GET", `/conversations?agent=${agent}`);
    return body.items.find((item: Conversation) => item.address === address);
  });

const messagesOf = async ({ id }: Conversation) =>
  (await cloud.api(agent, "GET", `/conversations/${id}/messages`)).body.items;

const message = (conversation: Conversation, text: string) =>
  until(`the message "${text}"`, async () =>
    (await messagesOf(conversation)).find((item: { text: string }) => item.text.trim() === text),
  );

let replies = 0;

/** An agent's reply, as it lies in the customer's mailbox. */
async function answer(conversation: Conversation, text: string) {
  replies += 1;
  const path = `/conversations/${conversation.id}/messages`;
  const reply = await cloud.api(agent, "POST", path, { text }, { "idempotency-key": `reply-${replies}` });
  expect(reply.status).toBe(202);
  return until(`"${text}" in the mailbox`, async () =>
    (await cloud.mail.received(conversation.address)).find((mail) => mail.text.includes(text)),
  );
}

const resolve = async ({ id }: Conversation): Promise<void> => {
  expect((await cloud.api(agent, "POST", `/conversations/${id}/resolve`, {})).status).toBe(200);
};

describe("a mail by SMTP", () => {
  test("is a conversation of the agent's, and the reply threads under SES's own Message-ID", async () => {
    const from = "anna@customer.example";
    const text = "Hello, I am still waiting for my parcel. Could you please help me?";
    const first = await cloud.mail.send({ from, to: inbox, subject: "My parcel", text });
    const conversation = await conversationOf(from);
    expect(conversation).toMatchObject({ channel: "email", subject: "My parcel", status: "assigned" });
    expect(await message(conversation, text)).toMatchObject({ direction: "in", channel: "email" });

    const reply = await answer(conversation, "It comes tomorrow.");
    expect(reply).toMatchObject({ from: inbox, to: from, subject: "Re: My parcel" });
    const { headers } = reply;
    expect(headers["in-reply-to"]).toBe(first.messageId);
    expect(headers["references"]).toContain(first.messageId);
    expect(headers["message-id"]).toBe(`<${reply.providerId}@email.amazonses.com>`);
    expect(headers["reply-to"]).toMatch(/support\+[^@]+@switchyard\.test/);
    expect(headers).not.toHaveProperty("auto-submitted");
    await until("the reply's delivery", async () =>
      (await messagesOf(conversation)).some((item: { text: string; status: string }) => item.status === "delivered"),
    );

    // One client answers to the signed address, another to the inbox itself with nothing but SES's Message-ID.
    const signed = /support\+[^@]+@switchyard\.test/.exec(headers["reply-to"]!)![0];
    await cloud.mail.send({ from, to: signed, subject: "Re: My parcel", text: "Thank you!" });
    await message(conversation, "Thank you!");
    const inReplyTo = headers["message-id"]!;
    await cloud.mail.send({ from, to: inbox, subject: "Re: My parcel", text: "And where is the bill?", inReplyTo });
    await message(conversation, "And where is the bill?");
    expect(await conversationsOf(from)).toHaveLength(1);
    await resolve(conversation);
  });

  test("to an address that is no inbox's is refused in the dialogue, and leaves nothing", async () => {
    const stranger = cloud.mail.send({ from: "eve@customer.example", to: "nobody@switchyard.test", text: "x" });
    await expect(stranger).rejects.toMatchObject({ responseCode: 550 });
    expect((await cloud.dump()).messages["switchyard-mail"]).toBe(0);
  });
});

test("an attachment opens by its link, as a download, until the link expires", async () => {
  const from = "carl@customer.example";
  const content = Buffer.from("%PDF-1.7 the bill");
  await cloud.mail.send({
    from,
    to: inbox,
    subject: "A bill",
    text: "Hello, here is the bill that I have a question about.",
    attachments: [{ filename: "Rechnung ü.pdf", contentType: "application/pdf", content }],
  });
  const conversation = await conversationOf(from);
  const { id, media } = await message(conversation, "Hello, here is the bill that I have a question about.");
  expect(media).toHaveLength(1);
  const { status, body } = await cloud.api(agent, "GET", `/conversations/${conversation.id}/messages/${id}/media/0`);
  expect(status).toBe(200);
  const opened = await fetch(body.url);
  expect([opened.status, opened.headers.get("content-type")]).toEqual([200, "application/pdf"]);
  expect(opened.headers.get("content-disposition")).toMatch(/^attachment;.*Rechnung/);
  expect(Buffer.from(await opened.arrayBuffer())).toEqual(content);

  await cloud.clock.advance(Date.parse(body.expiresAt) - cloud.clock.now() + 1_000);
  const expired = await fetch(body.url);
  expect(expired.status).toBe(403);
  expect(await expired.text()).toContain("<Code>AccessDenied</Code>");
  await resolve(conversation);
});

test("an agent's files are attachments of the one mail that answers, as they were brought", async () => {
  const from = "frieda@customer.example";
  await cloud.mail.send({ from, to: inbox, subject: "The way", text: "Hello, could you please tell me the way?" });
  const conversation = await conversationOf(from);
  const media = await upload(cloud, agent, dot, contract);
  const path = `/conversations/${conversation.id}/messages`;
  const body = { text: "Here it is.", media };
  const reply = await cloud.api(agent, "POST", path, body, { "idempotency-key": "with-files" });
  expect(reply).toMatchObject({ status: 202, body: { media: [{ name: dot.name }, { name: contract.name }] } });
  const [mail, ...others] = await until("the mail", async () => {
    const written = (await cloud.mail.received(from)).filter(({ headers }) => !headers["auto-submitted"]);
    return written.length > 0 && written;
  });
  expect(others).toEqual([]);
  expect(mail).toMatchObject({ subject: "Re: The way", attachments: [dot.name, contract.name] });
  expect(mail!.text.trim()).toBe("Here it is.");
  for (const [place, { contentType, bytes }] of [dot, contract].entries()) {
    const file = await fetch(new URL(mail!.media[place]!.url, cloud.baseUrl));
    expect(file.headers.get("content-type")).toBe(contentType);
    expect(Buffer.from(await file.arrayBuffer())).toEqual(bytes);
  }
  const script = { name: "setup.bat", contentType: "text/plain", bytes: Buffer.from("echo hello") };
  const [program] = await upload(cloud, agent, script);
  const refused = await cloud.api(agent, "POST", path, { media: [program] }, { "idempotency-key": "a-program" });
  expect(refused).toMatchObject({ status: 409, body: { reason: "files-not-taken" } });
  await until("the mail's delivery", async () =>
    (await messagesOf(conversation)).some(
      ({ id, status }: { id: string; status: string }) => id === reply.body.id && status === "delivered",
    ),
  );
  await resolve(conversation);
});

test("a reply that bounces is shown as failed, with what to do", async () => {
  const from = "bounce@simulator.amazonses.com";
  await cloud.mail.send({ from, to: inbox, subject: "Hello", text: "Hello, could you please help me with my order?" });
  const conversation = await conversationOf(from);
  const path = `/conversations/${conversation.id}/messages`;
  await cloud.api(agent, "POST", path, { text: "Gladly!" }, { "idempotency-key": "bounced" });
  const failed = await until("the failure", async () =>
    (await messagesOf(conversation)).find(
      (item: { text: string; status: string }) => item.text === "Gladly!" && item.status === "failed",
    ),
  );
  expect(failed.error.message).toBeTruthy();
  expect(await cloud.mail.received(from)).toEqual([]);
  await resolve(conversation);
});

test("what the simulator's page posts comes in as a mail does, with the verdicts that it chose", async () => {
  const from = "dora@customer.example";
  const letter = {
    from,
    to: inbox,
    subject: "Spam?",
    text: "Hello, please answer my question.",
    verdicts: { dmarc: "FAIL" },
  };
  const answered = await fetch(`${cloud.baseUrl}/sim/email/messages`, { method: "POST", body: JSON.stringify(letter) });
  expect(answered.status).toBe(200);
  const conversation = await conversationOf(from);
  expect(await message(conversation, letter.text)).toMatchObject({ marks: ["unauthenticated"] });
  await resolve(conversation);
});
