/**
 * What a person would say each payload of others' recordings is. Nothing of them is copied here: texts and ids are named by
 * where they stand in the payload's one event.
 */
export interface Expectation {
  /** the payload's name in its file */
  name: string;
  is: string;
  kind: "message" | "status" | "ignored";
  /** field of what we make of it → where the same value stands in the event */
  same?: Record<string, string>;
  /** field of what we make of it → its value */
  has?: Record<string, unknown>;
}

/** Whose it is and when; every message has them. */
const envelope = { from: "sender.id", inboxId: "recipient.id", accountId: "recipient.id" };
const plainText = { ...envelope, text: "message.text", providerId: "message.mid" };

/** By file, under webhooks/chat-replay. */
export const expectations: Record<string, Expectation[]> = {
  "dm/messenger.json": [
    { name: "firstMessage", is: "a text", kind: "message", same: plainText, has: { "media.length": 0 } },
    { name: "secondMessage", is: "another text", kind: "message", same: plainText, has: { "media.length": 0 } },
    {
      name: "deliveryConfirmation",
      is: "one message of ours has arrived",
      kind: "status",
      same: { "of.providerId": "delivery.mids.0" },
      has: { status: "delivered", "of.channel": "messenger" },
    },
    {
      name: "readConfirmation",
      is: "they have read all that we wrote up to then",
      kind: "status",
      same: { "of.address": "sender.id", "of.inboxId": "recipient.id", "of.upTo": "read.watermark" },
      has: { status: "read", "of.channel": "messenger" },
    },
    {
      name: "reactionAdded",
      is: "a heart on a message, which asks nothing",
      kind: "message",
      same: { ...envelope, text: "reaction.emoji", "context.providerId": "reaction.mid" },
      has: { "context.kind": "reaction", isQuiet: true },
    },
    { name: "reactionRemoved", is: "a heart taken back", kind: "ignored" },
    {
      name: "postbackClick",
      is: "they have chosen a button; its title is what they say",
      kind: "message",
      same: { ...envelope, text: "postback.title", "context.choiceId": "postback.payload" },
      has: { "context.kind": "choice" },
    },
    {
      name: "legacyPostback",
      is: "they have pressed the button that starts a conversation",
      kind: "message",
      same: { ...envelope, text: "postback.title", "context.choiceId": "postback.payload" },
      has: { "context.kind": "choice" },
    },
    {
      name: "imageAttachment",
      is: "a picture without words",
      kind: "message",
      same: { ...envelope, providerId: "message.mid", "media.0.url": "message.attachments.0.payload.url" },
      has: { text: "", "media.length": 1 },
    },
    { name: "echoMessage", is: "what somebody else wrote for the page", kind: "ignored" },
  ],
  "dm/instagram.json": [
    { name: "firstMessage", is: "a text", kind: "message", same: plainText, has: { "media.length": 0 } },
    {
      name: "storyReply",
      is: "a text about a story of ours",
      kind: "message",
      same: { ...plainText, "context.url": "message.reply_to.story.url" },
      has: { "context.kind": "story-reply", "media.length": 0 },
    },
    {
      name: "reactionAdded",
      is: "a heart on a message, which asks nothing",
      kind: "message",
      same: { ...envelope, text: "reaction.emoji", "context.providerId": "reaction.mid" },
      has: { "context.kind": "reaction", isQuiet: true },
    },
    {
      name: "quickReply",
      is: "they have chosen one of our answers",
      kind: "message",
      same: { ...plainText, "context.choiceId": "message.quick_reply.payload" },
      has: { "context.kind": "choice" },
    },
    { name: "echoMessage", is: "what somebody else wrote for the account", kind: "ignored" },
  ],
};
