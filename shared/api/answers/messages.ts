import * as z from "zod/mini";
import { id, listOf, timestamp } from "../fields.ts";

const size = z.nullable(z.object({ bytes: z.int() }));

const file = z.object({
  contentType: z.string(),
  name: z.nullable(z.string()),
  bytes: z.nullable(z.int()),
  contentId: z.nullable(z.string()),
  state: z
    .enum(["stored", "pending", "unavailable"])
    .check(z.describe("a link to it can be had; it is being fetched from the provider; or it never will be")),
  problem: z.nullable(z.string()).check(z.describe("why it is unavailable")),
});

/** How a message refers to another one, or to something else that the customer saw. */
const context = z.object({
  kind: z.enum([
    "reply",
    "reaction",
    "edit",
    "deletion",
    "forward",
    "choice",
    "story-reply",
    "story-mention",
    "referral",
    "address-change",
  ]),
  messageId: z.nullable(id).check(z.describe("of the message that it is about, where we know it")),
  note: z.nullable(z.string()).check(z.describe("in the sender's or provider's words, e.g. what is quoted")),
  url: z.nullable(z.string()).check(z.describe("of the story or advertisement")),
  choiceId: z.nullable(z.string()).check(z.describe("of the button that was chosen")),
});

const shared = {
  id,
  conversationId: id,
  identityId: id,
  channel: z.string(),
  inboxId: z.string(),
  subject: z.nullable(z.string()),
  text: z.string(),
  wholeText: size.check(z.describe("`text` is cut: the whole is at …/text")),
  fullText: size.check(z.describe("`text` is the part that is new: with all that was quoted it is at …/text")),
  html: size.check(z.describe("as its sender laid it out: at …/html")),
  media: z.array(file),
  context: z.nullable(context),
  part: z
    .nullable(z.object({ index: z.int(), count: z.int(), firstId: id }))
    .check(z.describe("of a reply that went out in several messages")),
  template: z.nullable(z.object({ id, language: z.string(), parameters: z.array(z.string()) })),
  quickReplies: z.array(z.string()).check(z.describe("answers that the customer could choose from")),
  order: z.string().check(z.describe("sorts the messages of a conversation")),
  createdAt: timestamp,
};

const received = z.object({
  ...shared,
  direction: z.literal("in"),
  status: z.literal("received"),
  author: z.null(),
  optOut: z.nullable(z.enum(["stop", "start", "help"])),
  senderName: z.nullable(z.string()),
  automatic: z.nullable(z.enum(["bounce", "auto-reply", "auto-generated", "list"])),
  marks: z.array(z.string()),
  unknownFields: z
    .nullable(z.record(z.string(), z.unknown()))
    .check(z.describe("what the provider said beyond what is documented, as it came")),
});

const note = z.object({
  ...shared,
  direction: z.literal("note"),
  status: z.literal("noted"),
  author: z.string(),
});

const sendStatuses = ["queued", "sending", "unknown", "parked", "sent", "delivered", "read", "failed"] as const;

const sent = z.object({
  ...shared,
  direction: z.literal("out"),
  status: z.enum(sendStatuses),
  author: z.string(),
  to: z.string(),
  sendId: id,
  statusAt: timestamp,
  error: z.nullable(z.object({ code: z.string(), message: z.string(), providerCode: z.optional(z.string()) })),
  afterReassignment: z.boolean(),
});

export const message = z.discriminatedUnion("direction", [received, note, sent]);

const decision = z.looseObject({
  messageId: id,
  planVersion: z.int(),
  kind: z.enum(["route", "keep"]),
  reason: z.optional(z.string()),
  conversationId: id,
  language: z.string(),
  rules: z.array(z.string()),
});

const alternative = z.looseObject({ kind: z.string() });

/** What the gate says of a message by one route: whether it may go out, and if not, why and what could be done. */
const verdict = z.object({
  ok: z.boolean(),
  asHumanAgent: z
    .optional(z.literal(true))
    .check(z.describe("the window is closed, but a person, and nothing automatic, may still answer")),
  reason: z.optional(z.string()),
  explanation: z.optional(z.string()),
  alternatives: z.optional(z.array(alternative)),
});

const route = z.object({
  identityId: id,
  channel: z.string(),
  address: z.string(),
  inboxId: z.string(),
  isLastUsed: z.boolean().check(z.describe("where a reply goes that names no route")),
  canSend: verdict,
  capabilities: z.object({
    text: z.object({ maxCharacters: z.int(), maxParts: z.int() }),
    media: z.object({
      maxCount: z.int(),
      maxTotalBytes: z.nullable(z.int()).check(z.describe("of the files of one message together")),
      isOneMessage: z.boolean().check(z.describe("a reply with more than that is refused, not sent in parts")),
      types: z.array(z.object({ pattern: z.string(), maxBytes: z.int() })),
      maxCaptionCharacters: z.int(),
    }),
    quickReplies: z.nullable(z.object({ maxCount: z.int(), maxCharacters: z.int() })),
    templates: z.boolean(),
    rates: z
      .array(z.object({ messages: z.number(), seconds: z.number(), per: z.enum(["inbox", "address"]) }))
      .check(z.describe("how fast the provider takes messages; what comes faster waits")),
  }),
  windowClosesAt: z
    .nullable(timestamp)
    .check(
      z.describe(
        "until then free text goes out, or by `asHumanAgent` a person's; null where it always does, or the customer has not written yet",
      ),
    ),
});

const template = z.object({
  id,
  title: z.string(),
  inboxIds: z.array(z.string()),
  parameters: z.array(z.string()).check(z.describe("what stands in each gap")),
  texts: z
    .record(z.string(), z.object({ body: z.string() }))
    .check(z.describe("by language, with the gaps as {{1}}, {{2}} …")),
});

export const messageAnswers = {
  listMessages: listOf(message),
  getText: z.string(),
  getHtml: z.object({ html: z.string() }),
  getMedia: z.object({ url: z.string(), expiresAt: timestamp }),
  listDecisions: listOf(decision),
  listRoutes: listOf(route),
  writeMessage: message,
  listTemplates: listOf(template),
} as const;
