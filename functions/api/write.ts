import { requireHolder, visibleConversation } from "../access.ts";
import { storeNote } from "./notes.ts";
import { refusal } from "../refuse.ts";
import { withOtherChannels } from "./reply-routes.ts";
import type { CallOf, Context } from "./routes.ts";
import { messageShape } from "./message-shape.ts";
import type { Conversation } from "../../shared/core/conversation.ts";
import { derivedId, digest } from "../../shared/core/ids.ts";
import type { MediaReference, StoredMessage, TemplateUse } from "../../shared/core/message.ts";
import { useTemplate } from "../../shared/core/templates.ts";
import { addressesOf } from "../../shared/flow/customers.ts";
import type { ReplyRoute } from "../../shared/flow/gate.ts";
import { ProblemError } from "../../shared/flow/http-reply.ts";
import { acceptReply, enqueueAccepted, routeTo, type ReplyFiles } from "../../shared/flow/reply.ts";
import { copyUpload, findUpload, type Upload } from "../../shared/flow/uploads.ts";
import type { App } from "../../shared/ports/app.ts";

type Call = CallOf<"writeMessage">;

/** A reply or a note. The same Idempotency-Key of the same caller is the same message, whoever holds the conversation by now. */
export async function writeMessage(call: Call) {
  const { caller, app, body } = call;
  requireContent(body);
  const conversation = await visibleConversation(call.parameters.id, call);
  const messageId = derivedId("msg", "key", caller.id, call.idempotencyKey);
  const requestDigest = digestOf(conversation.id, body);
  const known = await app.stores.messages.get(messageId);
  if (known) requireSameRequest(known, requestDigest);
  if (body.note) {
    const note = await storeNote(conversation, { id: messageId, text: body.text!, requestDigest }, call);
    requireSameRequest(note, requestDigest);
    return messageShape(note);
  }
  if (known) return acceptAgain(known, app);
  requireOpenHolder(call, conversation);
  const message = await reply({ messageId, requestDigest }, conversation, call);
  requireSameRequest(message, requestDigest);
  return messageShape(message);
}

/** @throws ProblemError 400 where nothing is to be said, or a note is to be more than its text */
function requireContent({ text, note, media, template, quickReplies, identityId }: Call["body"]): void {
  const fail = (detail: string, field: string, message: string) => {
    throw new ProblemError(400, detail, { errors: [{ field, message }] });
  };
  if (note && (media ?? template ?? quickReplies ?? identityId))
    fail("A note is a text and stays inside: leave everything else out.", "note", "takes a text alone");
  if (template && text !== undefined)
    fail("A template has its own text: send one of the two.", "text", "is given beside a template");
  if (text === undefined && (note || !(media ?? template)))
    fail("Write a text, name files or use a template.", "text", "is missing");
}

/** Fields that came later count only where they are there, so that what was accepted before them keeps its digest. */
function digestOf(conversationId: string, { text, note = false, identityId, ...rest }: Call["body"]): string {
  const more = Object.keys(rest).length > 0 ? [rest] : [];
  return digest(JSON.stringify([conversationId, text, note, ...(identityId ? [identityId] : []), ...more]));
}

/** It was taken in before: what may have stopped half-way is done to its end, and nothing is decided again. */
async function acceptAgain(known: StoredMessage, app: App) {
  if (known.direction === "out" && known.status === "queued") await enqueueAccepted(known, "accepted", app);
  return messageShape(known);
}

async function reply(
  identified: { messageId: string; requestDigest: string },
  conversation: Conversation,
  call: Call,
): Promise<StoredMessage> {
  const { app, body, caller } = call;
  const { quickReplies } = body;
  const route = body.identityId ? await routeNamed(body.identityId, conversation, call) : undefined;
  const said = body.template ? templateNamed(body.template, conversation, app) : { text: body.text ?? "" };
  const files = body.media && (await filesNamed(body.media, app));
  const content = { ...said, files, quickReplies };
  const result = await acceptReply({ ...identified, ...content, conversation, route, author: caller.id }, app);
  if (result.outcome === "accepted") return result.message;
  const outgoing = { ...content, files: files?.facts ?? [], quickReplies: quickReplies ?? [], isAutomatic: false };
  const used = route ?? conversation;
  const verdict = await withOtherChannels(result.verdict, outgoing, used, conversation, app);
  throw refusal(verdict.reason, verdict.explanation, { alternatives: verdict.alternatives });
}

async function routeNamed(identityId: string, conversation: Conversation, { app }: Context): Promise<ReplyRoute> {
  const identities = await addressesOf(conversation.customerId, app);
  const identity = identities.find(({ id }) => id === identityId);
  const route = identity && (await routeTo(identity, conversation, app));
  if (route) return route;
  const message = identity ? `is on ${identity.channel}, which has no inbox` : "is no address of this customer";
  throw new ProblemError(400, "A reply goes to an address of the customer; …/routes lists them.", {
    errors: [{ field: "identityId", message }],
  });
}

/** In the language that is asked for; else in the conversation's, the default one, or any that it has. */
function templateNamed(
  { id, language, parameters }: NonNullable<Call["body"]["template"]>,
  conversation: Conversation,
  { config }: App,
): { text: string; template: TemplateUse } {
  const template = config.templates.find((each) => each.id === id);
  const fail = (field: string, message: string) =>
    new ProblemError(400, "GET /v1/templates lists what can be used.", { errors: [{ field, message }] });
  if (!template) throw fail("template.id", "is no template's");
  const own = Object.keys(template.texts);
  const wanted = language ? [language] : [conversation.language, config.defaultLanguage, ...own];
  const used = useTemplate(template, wanted, parameters);
  if (!used) throw fail("template.language", `is not one of ${own.join(", ")}`);
  return used;
}

async function filesNamed(ids: string[], app: App): Promise<ReplyFiles> {
  const found = await Promise.all(ids.map((id) => findUpload(id, app)));
  const uploads = found.map((upload, position) => upload ?? gone(position));
  return { facts: uploads, keep: (messageId) => keepAll(uploads, messageId, app) };
}

/** One after the other, since each is held whole for a moment. */
async function keepAll(uploads: Upload[], messageId: string, app: App): Promise<MediaReference[]> {
  const kept: MediaReference[] = [];
  for (const [position, upload] of uploads.entries()) {
    const key = `media/${messageId}/${position}`;
    if (!(await copyUpload(upload, key, app))) gone(position);
    kept.push({ key, contentType: upload.contentType, bytes: upload.bytes, name: upload.name });
  }
  return kept;
}

function gone(position: number): never {
  throw refusal("file-gone", "A file that the reply names is not there: upload it again.", {
    errors: [{ field: `media.${position}`, message: "is no file, or was uploaded too long ago" }],
  });
}

function requireOpenHolder(call: Context, conversation: Conversation): void {
  if (!conversation.closedAt) return requireHolder(call.caller, conversation, "nobodyElse");
  throw refusal("resolved", "The conversation is resolved: reopen it, then reply.", {
    alternatives: [{ kind: "reopen" }],
  });
}

function requireSameRequest(message: StoredMessage, requestDigest: string): void {
  if (message.direction !== "in" && message.requestDigest === requestDigest) return;
  throw refusal("key-reused", "This Idempotency-Key was used for another request: send a new message with a new key.", {
    errors: [{ field: "Idempotency-Key", message: "was used with another body" }],
  });
}
