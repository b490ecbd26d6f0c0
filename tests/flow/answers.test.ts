import { expect, test } from "vitest";
import { agent, anna, available, createFlow, numbers, onlyConversation, supervisor, type Flow } from "./harness.ts";
import { takeIn } from "../../shared/flow/intake.ts";
import type { InboundMessage } from "../../shared/core/message.ts";

/* What becomes of a mail that says it answers something. */

const customer = "anna@customer.example";
let mails = 0;

/** A mail as its channel reads it, taken in and worked off. */
async function mail(flow: Flow, change: Partial<InboundMessage> = {}): Promise<void> {
  mails += 1;
  const message: InboundMessage = {
    kind: "message",
    channel: "email",
    accountId: "ses",
    providerId: `mail-${mails}`,
    from: customer,
    inboxId: "support",
    subject: "My parcel",
    text: "Hello, could you please tell me where my parcel is?",
    media: [],
    references: [`<mail-${mails}@customer.example>`],
    ...change,
  };
  await takeIn([message], flow.app);
  await flow.settle();
}

const english = agent("agent-en");

async function conversations(flow: Flow, status: string) {
  const { body } = await flow.call(supervisor, "GET", `/v1/conversations?status=${status}`);
  return body.items as { id: string; subject: string; tags: string[]; relatesTo?: string | null; channel: string }[];
}

async function resolve(flow: Flow, id: string): Promise<void> {
  await flow.call(english, "POST", `/v1/conversations/${id}/resolve`, {});
  await flow.settle();
}

async function held(flow: Flow): Promise<string> {
  await available(flow, "agent-en");
  await mail(flow);
  return (await onlyConversation(flow, english, "assigned")).id;
}

async function reply(flow: Flow, id: string, text: string) {
  const { body } = await flow.call(
    english,
    "POST",
    `/v1/conversations/${id}/messages`,
    { text },
    {
      "idempotency-key": text,
    },
  );
  await flow.settle();
  return body as { id: string };
}

test("an answer to a resolved conversation opens it again, by our token and by the provider's id", async () => {
  const flow = createFlow();
  const id = await held(flow);
  const { id: replyId } = await reply(flow, id, "It comes tomorrow.");
  await flow.stores.messages.addProviderId("email", "0100-ses-id", replyId);
  for (const answers of [{ conversationId: id, providerIds: [] }, { providerIds: ["unknown", "0100-ses-id"] }]) {
    await resolve(flow, id);
    await mail(flow, { subject: "My parcel", text: "It did not come.", answers });
    expect((await conversations(flow, "assigned")).map((item) => item.id)).toEqual([id]);
    expect(await conversations(flow, "resolved")).toEqual([]);
  }
});

test("an answer joins the customer's open conversation, whichever it names", async () => {
  const flow = createFlow();
  const first = await held(flow);
  await resolve(flow, first);
  await mail(flow, { subject: "Something else" });
  const { id: second } = await onlyConversation(flow, english, "assigned");
  expect(second).not.toBe(first);
  await mail(flow, { answers: { conversationId: first, providerIds: [] } });
  expect((await conversations(flow, "assigned")).map((item) => item.id)).toEqual([second]);
});

test("a stranger who answers opens a conversation of their own, marked for agents, whatever they know", async () => {
  const flow = createFlow();
  const id = await held(flow);
  await mail(flow, { from: "mallory@elsewhere.example", answers: { conversationId: id, providerIds: [] } });
  const all = await conversations(flow, "assigned");
  expect(all).toHaveLength(2);
  const opened = all.find((item) => item.id !== id)!;
  expect(opened.tags).toEqual(["other-sender"]);
  expect(opened.relatesTo).toBe(id);
  expect(all.find((item) => item.id === id)!.tags).toEqual([]);
});

test("an absence note or a bounce wakes nobody, and stands in the open conversation", async () => {
  const flow = createFlow();
  await mail(flow, { automatic: "auto-reply", text: "I am on holiday." });
  await mail(flow, { automatic: "bounce", from: "mailer-daemon@elsewhere.example", text: "Not delivered." });
  for (const status of ["waiting", "assigned"]) expect(await conversations(flow, status)).toEqual([]);
  const id = await held(flow);
  await mail(flow, { automatic: "auto-reply", text: "I am on holiday." });
  const { body } = await flow.call(english, "GET", `/v1/conversations/${id}/messages`);
  expect(body.items.map(({ text }: { text: string }) => text)).toContain("I am on holiday.");
  await resolve(flow, id);
  await mail(flow, { automatic: "auto-reply", answers: { conversationId: id, providerIds: [] } });
  expect((await conversations(flow, "resolved")).map((item) => item.id)).toEqual([id]);
});

test("robots get no automatic answer, people do", async () => {
  const flow = createFlow();
  const text = "What are your opening hours, please?";
  await mail(flow, { text, automatic: "auto-generated" });
  await mail(flow, { text, from: "spammer@elsewhere.example", marks: ["spam"] });
  expect(flow.mail.sent).toEqual([]);
  await mail(flow, { text, from: "ben@customer.example" });
  expect(flow.mail.sent.map(({ to }) => to)).toEqual([["ben@customer.example"]]);
});

test("a conversation on two channels is answered on the one last used", async () => {
  const flow = createFlow();
  const id = await held(flow);
  const [{ customerId }] = (await conversations(flow, "assigned")) as unknown as [{ customerId: string }];
  await flow.advance(1_000);
  await flow.text("Hello again, this is Anna.", anna);
  const other = (await conversations(flow, "assigned")).find((item) => item.id !== id)!;
  const { customerId: fromId } = other as unknown as { customerId: string };
  const merged = await flow.call(english, "POST", `/v1/customers/${customerId}/merge`, { from: fromId });
  expect(merged.status).toBeLessThan(300);
  await flow.settle();
  expect((await conversations(flow, "assigned")).map((item) => item.id)).toEqual([id]);
  await flow.text("By text from now on, please.", anna);
  await reply(flow, id, "By text it is.");
  await flow.advance(5_000);
  expect(flow.twilio.outbox({ to: anna }).map((item) => item.text)).toEqual(["By text it is."]);
  await mail(flow, { text: "And by mail again." });
  await reply(flow, id, "By mail it is.");
  expect(flow.mail.sent).toHaveLength(1);
});

test("STOP on one number leaves where replies go, START brings them back to it", async () => {
  const flow = createFlow();
  await available(flow, "agent-en");
  await flow.text("Hello, could you please help me with my order?", anna, numbers.main);
  const { id } = await onlyConversation(flow, english, "assigned");
  const inboxNow = async () => (await flow.call(english, "GET", `/v1/conversations/${id}`)).body.inboxId;
  await flow.text("STOP", anna, numbers.second);
  expect(await inboxNow()).toBe("sms-main");
  await flow.text("START", anna, numbers.second);
  expect(await inboxNow()).toBe("sms-second");
});
