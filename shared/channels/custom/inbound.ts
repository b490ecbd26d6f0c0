import * as z from "zod/mini";
import type { Configuration } from "../../core/configuration.ts";
import type { Inbox } from "../../core/inbox.ts";
import { limits } from "../../core/limits.ts";
import type { InboundMessage, MediaReference, StatusUpdate } from "../../core/message.ts";
import { isoTime } from "../../ports/clock.ts";
import { ignored, InvalidWebhook, type Parsed, type WebhookRequest } from "../channel.ts";
import { readableTexts, readBody } from "../json.ts";
import { unknownFields } from "../unknown-fields.ts";
import { eventSchema, messageSchema, statusSchema, type Attachment } from "./event.ts";
import { inboxIdOf } from "./signature.ts";

/** @throws InvalidWebhook naming the field at fault, and what it must be */
export function parse(request: WebhookRequest, { inboxes }: Configuration): Parsed[] {
  const event = read(eventSchema, readBody(request.body, readableTexts));
  const inboxId = inboxIdOf(request);
  const inbox = inboxes.find(({ id }) => id === inboxId);
  if (inbox && inbox.channel !== "custom") return [ignored("the inbox of this path is one of another channel")];
  if (event.type === "message") return [readMessage(event, request, inbox ?? { id: inboxId })];
  if (event.type === "status") return [readStatus(event, inboxId)];
  return [
    ignored(
      `events of type ${/^[a-z._-]{1,50}$/.test(event.type) ? event.type : "without a proper name"} are not known`,
    ),
  ];
}

/** @throws InvalidWebhook; its message never repeats what stands in a field */
function read<Schema extends z.ZodMiniType>(schema: Schema, event: unknown): z.infer<Schema> {
  const result = z.safeParse(schema, event, { error: wordsOf });
  if (result.success) return result.data;
  const problems = result.error.issues
    .slice(0, limits.maxFieldProblems)
    .map(({ path, message }) => `${path.join(".") || "body"}: ${message}`);
  throw new InvalidWebhook(problems.join("; "));
}

/** For what has no words of its own in the schema. */
function wordsOf(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return `must be ${issue.expected}`;
    case "invalid_value":
      return `must be one of ${issue.values.join(", ")}`;
    case "too_big":
      return `at most ${issue.maximum}${unitOf(issue.origin)}`;
    case "too_small":
      return `at least ${issue.minimum}${unitOf(issue.origin)}`;
    default:
      return `is not as it must be (${issue.code})`;
  }
}

const unitOf = (origin: string): string => (origin === "string" ? " characters" : "");

const messageFields: ReadonlySet<string> = new Set([
  ...Object.keys(eventSchema.shape),
  ...Object.keys(messageSchema.shape),
]);

function readMessage(event: object, request: WebhookRequest, inbox: Pick<Inbox, "id" | "mediaHosts">): InboundMessage {
  const message = read(messageSchema, event);
  const { attachments = [], replyTo } = message;
  const inlineCharacters = attachments.reduce((sum, { content = "" }) => sum + content.length, 0);
  if (inlineCharacters > limits.maxInlineMediaCharacters)
    throw new InvalidWebhook(
      `attachments: ${limits.maxInlineMediaCharacters} characters of base 64 at most; give larger files as "url"`,
    );
  return {
    kind: "message",
    channel: "custom",
    accountId: inbox.id,
    providerId: message.id ?? request.headers["webhook-id"] ?? "",
    from: message.from.trim(),
    inboxId: inbox.id,
    text: message.text ?? "",
    media: attachments.map((attachment) => mediaOf(attachment, inbox)),
    ...(message.sentAt !== undefined && { providerTime: isoTime(Date.parse(message.sentAt)) }),
    ...(message.name !== undefined && { senderName: message.name }),
    ...(message.subject !== undefined && { subject: message.subject }),
    ...(replyTo !== undefined && { context: { kind: "reply", providerId: replyTo } }),
    ...unknownFields(event, messageFields),
  };
}

function mediaOf(
  { contentType, name, url, content }: Attachment,
  { id, mediaHosts = [] }: Pick<Inbox, "id" | "mediaHosts">,
): MediaReference {
  const file = { contentType, ...(name !== undefined && { name }) };
  if (content !== undefined) return { ...file, data: content };
  const host = url !== undefined && URL.canParse(url) ? new URL(url).hostname : "";
  if (mediaHosts.some((each) => isAt(host, each))) return { ...file, url };
  return { ...file, url, problem: `"${host}" is none of the hosts of files (mediaHosts) of the inbox "${id}".` };
}

/** @param pattern a host name, or `*.` and what it ends with */
const isAt = (host: string, pattern: string): boolean =>
  pattern.startsWith("*.") ? host.endsWith(pattern.slice(1)) : host === pattern;

function readStatus(event: unknown, inboxId: string): StatusUpdate {
  const { sendId, status, id, reason } = read(statusSchema, event);
  const of = { sendId, ...(id !== undefined && { providerId: id }), inboxId };
  if (status !== "failed") return { kind: "status", of, status };
  const message = reason ?? "The receiving system says that the message did not arrive, and not why.";
  return { kind: "status", of, status, error: { code: "not-delivered", message } };
}
