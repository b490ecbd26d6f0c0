import { describe, expect, it } from "vitest";
import type { OutboundStored } from "../../../shared/core/message.ts";
import { createWorld, notification, objectKey, receiptOf } from "./world.ts";

const sendId = "snd_0123456789abcdefghjkmnpqrs";
const messageId = "msg_0123456789abcdefghjkmnpqrs";
const sent: OutboundStored = {
  id: messageId,
  schemaVersion: 1,
  direction: "out",
  sendId,
  conversationId: "cnv_0123456789abcdefghjkmnpqrs",
  identityId: "idn_0123456789abcdefghjkmnpqrs",
  channel: "email",
  inboxId: "support",
  to: "anna@customers.example",
  text: "Hello",
  media: [],
  author: "ben",
  status: "sending",
  order: "2026-11-04T10:00:00.000Z#written#x",
  createdAt: "2026-11-04T10:00:00.000Z",
};

const event = (
  eventType: string,
  more: Record<string, unknown> = {},
  tags: Record<string, string[]> = { sendId: [sendId] },
) => notification({ eventType, mail: { messageId: "0100-ses", timestamp: "2026-11-04T10:00:03.000Z", tags }, ...more });

async function after(...bodies: unknown[]) {
  const world = createWorld();
  await world.stores.messages.create(sent);
  for (const body of bodies) expect(await world.deliver(body)).toStrictEqual([]);
  const message = await world.stores.messages.get(messageId);
  return message?.direction === "out" ? message : undefined;
}

describe("what became of a mail that went out", () => {
  it.each([
    ["Send", {}, { status: "sent", providerId: "0100-ses" }],
    ["Delivery", {}, { status: "delivered" }],
    [
      "Bounce",
      { bounce: { bounceType: "Permanent", bounceSubType: "NoEmail" } },
      { status: "failed", error: { code: "invalid-address" } },
    ],
    [
      "Bounce",
      { bounce: { bounceType: "Permanent", bounceSubType: "Suppressed" } },
      { status: "failed", error: { code: "suppressed" } },
    ],
    ["Bounce", { bounce: { bounceType: "Permanent" } }, { status: "failed", error: { code: "invalid-address" } }],
    ["Bounce", { bounce: { bounceType: "Transient", bounceSubType: "MailboxFull" } }, { status: "sending" }],
    ["Complaint", {}, { status: "failed", error: { code: "complaint" } }],
    ["Reject", {}, { status: "failed", error: { code: "malware" } }],
    ["DeliveryDelay", {}, { status: "sending" }],
    ["Open", {}, { status: "sending" }],
  ])("%s %j: %j", async (eventType, more, expected) => {
    expect(await after(event(eventType, more))).toMatchObject(expected);
  });

  it("never goes back, in whatever order events come", async () => {
    expect(await after(event("Delivery"), event("Send"))).toMatchObject({ status: "delivered" });
    expect(await after(event("Delivery"), event("Complaint"))).toMatchObject({ status: "delivered" });
  });

  it.each([
    ["no tags", {}],
    ["a tag that is no send id", { sendId: ["snd_../../x"] }],
    ["a send that nobody knows", { sendId: ["snd_zzzzzzzzzzzzzzzzzzzzzzzzzz"] }],
  ])("is ignored with %s", async (_, tags) => {
    expect(await after(event("Delivery", {}, tags))).toMatchObject({ status: "sending" });
  });
});

describe("a notification", () => {
  it("by which SES only tries the topic does nothing", async () => {
    const world = createWorld();
    const text = "Successfully validated SNS topic for Amazon SES event publishing.";
    expect(await world.deliver(notification(text))).toStrictEqual([]);
    expect((await world.stores.parked.list({ limit: 10 })).items).toStrictEqual([]);
  });

  it.each([
    ["no SNS notification", "hello", /SNS notification could not be read/],
    ["another type", { Type: "SubscriptionConfirmation", Message: "{}" }, /Type/],
    ["no JSON inside", notification("hello"), /no JSON object/],
    ["a list inside", notification("[]"), /SES's event could not be read/],
    ["a receipt without recipients", notification(receiptOf({ recipients: [] })), /receipt\.recipients/],
    ["a mail that is gone", notification(receiptOf()), new RegExp(`not in the bucket any more: ${objectKey}`)],
  ])("that can't be read is parked with its reason: %s", async (_, body, reason) => {
    const world = createWorld();
    expect(await world.deliver(body)).toStrictEqual([]);
    const { items } = await world.stores.parked.list({ limit: 10 });
    expect(items).toMatchObject([{ kind: "mail", reason: expect.stringMatching(reason) }]);
    expect(world.queued).toStrictEqual([]);
  });

  it("comes again where the bucket does not answer", async () => {
    const world = createWorld();
    world.app.blobs.getBytes = () => Promise.reject(new Error("SlowDown"));
    expect(await world.deliver(notification(receiptOf()))).toHaveLength(1);
  });
});
