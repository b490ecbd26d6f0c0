import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { CustomerExport, ExportedMessage } from "../../shared/flow/export.ts";
import { type CloudUnderTest, startCloud, until } from "./harness.ts";
import { type Conversation, type Message, Service } from "./service.ts";
import { fromMeta, post, whatsAppChange, whatsAppEvent } from "./social-webhook.ts";

/*
 * What people in this field complain about, each made impossible: who a customer is, and by which ways they can be answered.
 * What becomes of messages on their way is pains-messages.test.ts's.
 */

const agent = "agent-en";
const hourMs = 60 * 60_000;
const [whatsAppInbox, pageId, instagramId] = ["100000000000001", "100000000000002", "17840000000000001"];
const question = "Hello, could you please tell me where my order is?";
let cloud: CloudUnderTest;
let service: Service;

beforeAll(async () => {
  cloud = await startCloud();
  service = new Service(cloud.api);
  await service.available(agent);
});
afterEach(() => service.resolveAll());
afterAll(() => cloud?.stop());

const onWhatsApp = (from: string, text: string) =>
  cloud.providers.meta.whatsapp.inbound({ from, to: whatsAppInbox, text });
const onMessenger = (from: string, text: string) => cloud.providers.meta.messaging.inbound({ from, to: pageId, text });
const whatsAppOutbox = (to: string) => cloud.providers.meta.outbox({ channel: "whatsapp", to });

/** Moving the clock by days runs every minute's sweep on the way. */
const longMs = 240_000;

/** Of a conversation, oldest first, without how far replies have come. */
const said = async (id: string): Promise<string[]> => (await service.messages(id)).map(({ text }) => text);

async function customerOf(address: string): Promise<{ id: string; openConversationId: string | null }> {
  const customers = await service.customersAt(address);
  expect(customers, address).toHaveLength(1);
  return customers[0]!;
}

const exportOf = (customerId: string): Promise<CustomerExport> =>
  service.call("admin", "GET", `/customers/${customerId}/export`);

/** Everything that is theirs, wherever it lies, by its id. */
const ownMessages = ({ conversations, messagesElsewhere }: CustomerExport): Map<string, ExportedMessage> => {
  const messages = [...conversations.flatMap((each) => each.messages), ...messagesElsewhere];
  return new Map(messages.map((message) => [message.id, message]));
};

describe("6. duplicate customers, and merges that lose data", () => {
  test("somebody's first message, brought five times at once, makes one customer with one conversation", async () => {
    const number = "+4915112348101";
    const { meta } = cloud.accounts;
    const account = { baseUrl: cloud.baseUrl, meta: { ...meta, phoneNumberId: whatsAppInbox, pageId, instagramId } };
    const request = fromMeta(account, whatsAppEvent(whatsAppChange(whatsAppInbox, { number, text: question })));
    const answers = await Promise.all(Array.from({ length: 5 }, () => post(request)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    const { id, customerId } = await service.held(number);
    await cloud.clock.settle();
    expect(await said(id)).toEqual([question]);
    expect(await customerOf(number)).toMatchObject({ id: customerId, openConversationId: id });
  });

  test(
    "a merge shows its pairs first, keeps every message, and undone gives back exactly what was and what came since",
    { timeout: longMs },
    async () => {
      const [number, psid] = ["+4915112348102", "24000000000802"];
      await cloud.text(number, question);
      await onMessenger(psid, "Hello, I have a question about my invoice, please.");
      const [byText, byMessenger] = [await service.held(number), await service.held(psid)];
      await service.withStatus(await service.reply(byText, "I am looking for it."), "delivered");
      await service.withStatus(await service.reply(byMessenger, "Which one?"), "delivered");
      await cloud.clock.settle();
      const people = [byText.customerId, byMessenger.customerId];
      const state = async () =>
        Promise.all(
          people.map(async (id) => {
            const exported = await exportOf(id);
            const { identities, attributes, name, language } = await service.call<Record<string, unknown>>(
              "supervisor",
              "GET",
              `/customers/${id}`,
            );
            return { identities, attributes, name, language, messages: ownMessages(exported) };
          }),
        );
      const before = await state();
      expect(before.map(({ messages }) => messages.size)).toEqual([2, 2]);

      const path = `/customers/${byText.customerId}`;
      const preview = await service.call(agent, "GET", `${path}/merge-preview?from=${byMessenger.customerId}`);
      expect(preview).toMatchObject({
        pairs: [{ survivor: { channel: "sms", address: number }, from: { channel: "messenger", address: psid } }],
        keptConversationId: byText.id,
        withdrawnConversationId: byMessenger.id,
      });
      expect(await state()).toEqual(before);
      const { merges } = await service.call<{ merges: { id: string }[] }>(agent, "POST", `${path}/merge`, {
        from: byMessenger.customerId,
      });
      await cloud.clock.settle();
      const together = ownMessages(await exportOf(byMessenger.customerId));
      expect(together).toEqual(new Map(before.flatMap(({ messages }) => [...messages])));

      await cloud.text(number, "By the way, by text.");
      await onMessenger(psid, "By the way, by Messenger.");
      await cloud.clock.settle();
      expect((await said(byText.id)).slice(-2)).toEqual(["By the way, by text.", "By the way, by Messenger."]);

      await service.call("admin", "POST", `/merges/${merges[0]!.id}/undo`);
      await cloud.clock.settle();
      const after = await state();
      for (const [index, since] of ["By the way, by text.", "By the way, by Messenger."].entries()) {
        const { messages, ...rest } = after[index]!;
        const { messages: messagesBefore, ...restBefore } = before[index]!;
        expect(rest).toEqual(restBefore);
        const added = [...messages].filter(([id]) => !messagesBefore.has(id));
        expect(added.map(([, { text }]) => text)).toEqual([since]);
        expect(new Map([...messages].filter(([id]) => messagesBefore.has(id)))).toEqual(messagesBefore);
      }
      // Each is answered where they are, and goes on by themselves: the request that the merge closed waits again.
      const given = await service.conversation(byMessenger.id);
      expect(given).toMatchObject({ customerId: byMessenger.customerId, closedAt: null, continuedIn: null });
      await service.reply(await service.conversation(byText.id), "It left our house today.");
      await until("the text", () => cloud.outbox(number).some(({ text }) => text === "It left our house today."));
      await onMessenger(psid, "And now?");
      const own = await service.held(psid);
      expect(own).toMatchObject({ id: byMessenger.id, customerId: byMessenger.customerId });
      expect(await said(byText.id)).not.toContain("And now?");
    },
  );
});

describe("7. the phone number as a key", () => {
  test("somebody who shares no number on WhatsApp is answered, and stays one customer once they share it", async () => {
    const [number, userId] = ["+4915112348201", "DE.4915112348201ab"];
    const { meta } = cloud.accounts;
    const account = { baseUrl: cloud.baseUrl, meta: { ...meta, phoneNumberId: whatsAppInbox, pageId, instagramId } };
    const writes = async (who: { number?: string; userId: string }, text: string) =>
      expect(
        (await post(fromMeta(account, whatsAppEvent(whatsAppChange(whatsAppInbox, { ...who, text }))))).status,
      ).toBe(200);
    await writes({ userId }, question);
    const conversation = await service.held(userId);
    await service.withStatus(await service.reply(conversation, "I am looking."), "read");
    expect(whatsAppOutbox(userId).map(({ text }) => text)).toEqual(["I am looking."]);

    await writes({ userId, number }, "This is my number.");
    await service.written(conversation.id, 2);
    expect((await customerOf(number)).id).toBe(conversation.customerId);
    expect((await customerOf(userId)).id).toBe(conversation.customerId);
    const now = await service.conversation(conversation.id);
    expect(now).toMatchObject({ address: number, status: "assigned" });
    await service.withStatus(await service.reply(now, "Thank you."), "read");
    expect(whatsAppOutbox(number).at(-1)).toMatchObject({ text: "Thank you." });
  });

  test("a Brazilian number with and without its ninth digit is one customer, answered as they wrote last", async () => {
    const [old, current] = ["+555181234567", "+5551981234567"];
    await onWhatsApp(old, question);
    const conversation = await service.held(old);
    await service.withStatus(await service.reply(conversation, "In what town?"), "read");
    expect(whatsAppOutbox(old).map(({ text }) => text)).toEqual(["In what town?"]);

    await onWhatsApp(current, "In Porto Alegre.");
    await service.written(conversation.id, 2);
    await until("the number of today", async () => (await service.conversation(conversation.id)).address === current);
    await service.withStatus(await service.reply(conversation, "It comes tomorrow."), "read");
    expect(whatsAppOutbox(current).map(({ text }) => text)).toEqual(["It comes tomorrow."]);
    for (const written of [old, current]) expect((await customerOf(written)).id).toBe(conversation.customerId);
  });

  test("who changes their number on WhatsApp goes on in the same conversation, and is answered at the new one", async () => {
    const [before, after] = ["+4915112348203", "+4915112348204"];
    await onWhatsApp(before, question);
    const conversation = await service.held(before);
    await cloud.providers.meta.whatsapp.inbound({ from: before, to: whatsAppInbox, newNumber: after });
    await onWhatsApp(after, "I have a new number.");
    // The question, the notice, and what they write from the new number, which alone lets us answer there.
    await service.written(conversation.id, 3);
    await cloud.clock.settle();
    expect((await service.conversation(conversation.id)).address).toBe(after);
    await service.withStatus(await service.reply(await service.conversation(conversation.id), "Noted."), "read");
    expect([whatsAppOutbox(before), whatsAppOutbox(after)].map((items) => items.length)).toEqual([0, 1]);
    for (const number of [before, after]) expect((await customerOf(number)).id).toBe(conversation.customerId);
  });
});

describe("8. an email reply opens a new conversation, with SES above all", () => {
  const inbox = "support@switchyard.test";

  /** What the agent writes, as it lies in the mailbox: SES gives every mail a Message-ID of its own. */
  async function answer(conversation: Conversation, text: string) {
    await service.reply(conversation, text);
    const mail = await until(`"${text}" in the mailbox`, async () =>
      (await cloud.mail.received(conversation.address)).find((each) => each.text.startsWith(text)),
    );
    expect(mail.headers["message-id"]).toMatch(/^<[^@]+@.*amazonses\.com>$/);
    return mail;
  }

  test.each<[string, string, (mail: Awaited<ReturnType<typeof answer>>) => Record<string, string>]>([
    [
      "that names SES's own Message-ID alone",
      "ida@customer.example",
      ({ headers }) => ({ to: inbox, inReplyTo: headers["message-id"]! }),
    ],
    [
      "that names it among others in References",
      "ines@customer.example",
      ({ headers }) => ({ to: inbox, references: `<before@customer.example> ${headers["message-id"]}` }),
    ],
    [
      "that goes to the Reply-To and names nothing",
      "iris@customer.example",
      ({ headers }) => ({ to: headers["reply-to"]! }),
    ],
  ])("a reply %s goes on in the same conversation", async (_, from, fields) => {
    await cloud.mail.send({ from, to: inbox, subject: "Order 4712", text: "Hello, where is my order? It is late." });
    const conversation = await service.held(from);
    const mail = await answer(conversation, "It left our house today.");
    await cloud.mail.send({ from, subject: "Re: Order 4712", text: "It is here, thank you.", ...fields(mail) });
    const written = await service.written(conversation.id, 2);
    expect(written.map(({ text }: Message) => text.trim())).toEqual([
      "Hello, where is my order? It is late.",
      "It is here, thank you.",
    ]);
    await cloud.clock.settle();
    expect(await customerOf(from)).toMatchObject({ id: conversation.customerId, openConversationId: conversation.id });
  });
});

describe("13. a reply outside the window vanishes, and STOP to one number silences all", () => {
  test(
    "25 hours later WhatsApp's free text is refused with what can be done instead, each of which works, and others take a person's",
    async () => {
      const [psid, igsid] = ["24000000000831", "17800000000831"];
      await onMessenger(psid, question);
      await cloud.providers.meta.messaging.inbound({ from: igsid, to: instagramId, text: question });
      const onPlatform = [await service.held(psid), await service.held(igsid)];
      const [onPhone, number] = ["+4915112348301", "+4915112348302"];
      await cloud.text(number, question);
      const { customerId } = await service.held(number);
      await onWhatsApp(onPhone, "It is me again, here.");
      const byWhatsApp = await service.held(onPhone);
      await service.call(agent, "POST", `/customers/${byWhatsApp.customerId}/merge`, { from: customerId });
      await cloud.clock.settle();
      const conversation = await service.held(onPhone);
      expect((await service.tryReply(conversation, "Gladly.")).status).toBe(202);
      await cloud.clock.advance(25 * hourMs);

      const refused = await service.tryReply(conversation, "Are you still there?");
      expect(refused).toMatchObject({ status: 409, body: { reason: "window-closed" } });
      expect(refused.body.detail).toMatch(/24 hours/);
      const alternatives: { kind: string; [field: string]: unknown }[] = refused.body.alternatives;
      expect(alternatives.map(({ kind }) => kind).toSorted()).toEqual([
        "other-channel",
        "template",
        "wait-for-message",
      ]);
      const [template] = alternatives.filter(({ kind }) => kind === "template");
      expect(template).toMatchObject({ templateIds: ["follow-up"] });
      const [other] = alternatives.filter(({ kind }) => kind === "other-channel");
      expect(other).toMatchObject({ channel: "sms", address: number });
      const route = (await service.routes(conversation)).find(({ channel }) => channel === "whatsapp");
      expect(route).toMatchObject({ canSend: { ok: false, reason: "window-closed" } });
      expect(whatsAppOutbox(onPhone).map(({ text }) => text)).toEqual(["Gladly."]);

      const parameters = ["Anna", "your order"];
      const byTemplate = await service.reply(conversation, { template: { id: "follow-up", parameters } });
      await service.withStatus(byTemplate, "delivered", "read");
      expect(whatsAppOutbox(onPhone).at(-1)!.text).toBe(
        "Hello Anna, you asked us about your order. May we go on with it here?",
      );
      const byText = await service.reply(conversation, { text: "Or here?", identityId: other!["identityId"] });
      await service.withStatus(byText, "delivered");
      expect(cloud.outbox(number).at(-1)).toMatchObject({ text: "Or here?" });

      await onWhatsApp(onPhone, "Yes, please.");
      await until("their answer", async () => (await said(conversation.id)).includes("Yes, please."));
      await cloud.clock.settle();
      await service.withStatus(await service.reply(conversation, "Then here."), "read");
      // For seven days after they wrote, but nothing automatic.
      for (const each of onPlatform)
        await service.withStatus(await service.reply(each, "Sorry that it took so long."), "sent", "delivered");
    },
    longMs,
  );

  test("STOP to one number leaves the other number and the other channels open", async () => {
    const number = "+4915112348303";
    const [first = "", second = ""] = cloud.account.numbers;
    const whatsAppNumber = "whatsapp:+15005550010";
    await cloud.text(number, question, first);
    const conversation = await service.held(number);
    await cloud.text(number, "STOP", first);
    await service.written(conversation.id, 2);
    const refused = await service.tryReply(conversation, "One more thing.");
    expect(refused).toMatchObject({ status: 409, body: { reason: "opted-out" } });

    await cloud.text(number, "Here I would like to read it.", second);
    await service.written(conversation.id, 3);
    await service.withStatus(await service.reply(conversation, "Here it is."), "delivered");
    expect(cloud.outbox(number).map(({ from, text }) => [from, text])).toEqual([[second, "Here it is."]]);

    await cloud.twilio.inbound({ from: number, to: whatsAppNumber, body: "And here, please." });
    const byWhatsApp = await until("their conversation on WhatsApp", async () =>
      (await service.conversations()).find(
        (each) => each.address === number && each.channel === "whatsapp" && each.status === "assigned",
      ),
    );
    await service.withStatus(await service.reply(byWhatsApp, "Here too."), "read", "delivered");
    const received = cloud.twilio.outbox({ channel: "whatsapp", to: number });
    expect(received.map(({ text }) => text)).toEqual(["Here too."]);
  });
});
