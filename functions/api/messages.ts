import { requireHolder, visibleConversation } from "./access.ts";
import { fitsAnswer, fitting } from "./answer-size.ts";
import { pageOf } from "./input.ts";
import { storeNote } from "./notes.ts";
import { refusal } from "./refuse.ts";
import { identitiesOf } from "./reply-routes.ts";
import type { CallOf, Context, Handlers } from "./routes.ts";
import { messageShape } from "./shapes.ts";
import type { messageContract } from "../../shared/api/messages.ts";
import type { Conversation } from "../../shared/core/conversation.ts";
import { derivedId, digest } from "../../shared/core/ids.ts";
import { limits } from "../../shared/core/limits.ts";
import type { StoredMessage } from "../../shared/core/message.ts";
import { ProblemError } from "../../shared/flow/http-reply.ts";
import { mayGoOut, type ReplyRoute } from "../../shared/flow/gate.ts";
import { acceptReply, routeTo } from "../../shared/flow/reply.ts";
import { isoTime } from "../../shared/ports/clock.ts";

export const messageHandlers: Handlers<typeof messageContract> = {
  listMessages: list,
  getText,
  getHtml,
  getMedia,
  listDecisions: decisions,
  listRoutes: routes,
  writeMessage: write,
};

async function list(call: CallOf<"listMessages">) {
  const conversation = await visibleConversation(call.parameters.id, call);
  const page = pageOf(call.query);
  for (;;) {
    const { items, cursor } = await call.app.stores.messages.list(conversation.id, page);
    const answer = { items: items.map(messageShape), cursor };
    // Many long texts are more than one answer can hold: then the page is shorter than was asked for.
    if (page.limit === 1 || fitsAnswer(JSON.stringify(answer))) return answer;
    page.limit = Math.ceil(page.limit / 2);
  }
}

async function messageOf(call: CallOf<"getText"> | CallOf<"getHtml"> | CallOf<"getMedia">): Promise<StoredMessage> {
  const conversation = await visibleConversation(call.parameters.id, call);
  const message = await call.app.stores.messages.get(call.parameters.messageId);
  if (message?.conversationId === conversation.id) return message;
  throw new ProblemError(404, "There is no message of that id in this conversation.");
}

/** As far as an answer goes: a text of a million characters does, unless most of them have to be escaped. */
async function getText(call: CallOf<"getText">): Promise<string> {
  const message = await messageOf(call);
  const stored = (message.direction === "in" ? message.fullText : undefined) ?? message.wholeText;
  const text = stored ? await read(stored.key, "whole text", call) : message.text;
  return fitting(text, (kept) => kept);
}

async function getHtml(call: CallOf<"getHtml">) {
  const message = await messageOf(call);
  if (message.direction !== "in" || !message.html) throw new ProblemError(404, "The message came without HTML.");
  const html = await read(message.html.key, "HTML", call);
  return { html: fitting(html, (kept) => JSON.stringify({ html: kept })) };
}

async function read(key: string, what: string, { app }: Context): Promise<string> {
  const body = await app.blobs.get(key);
  if (body === undefined) throw new ProblemError(404, `The ${what} is not in the bucket any more.`);
  return body;
}

async function getMedia(call: CallOf<"getMedia">) {
  const message = await messageOf(call);
  const { index } = call.parameters;
  const file = /^\d{1,4}$/.test(index) ? message.media[Number(index)] : undefined;
  if (!file) throw new ProblemError(404, `The message has ${message.media.length} attachments, counted from 0.`);
  if (file.key === undefined)
    throw refusal("at-provider", "The file is still at the provider: it was not taken over into our bucket.");
  const url = await call.app.blobs.link(file.key, {
    expiresInSeconds: limits.attachmentLinkMs / 1000,
    fileName: file.name ?? `attachment-${index}`,
    contentType: file.contentType,
  });
  return { url, expiresAt: isoTime(call.app.clock.now() + limits.attachmentLinkMs) };
}

async function decisions(call: CallOf<"listDecisions">) {
  const conversation = await visibleConversation(call.parameters.id, call);
  const page = await call.app.stores.messages.list(conversation.id, pageOf(call.query));
  const items = page.items.flatMap((message) =>
    message.direction === "in"
      ? [{ messageId: message.id, planVersion: message.planVersion, ...message.decision }]
      : [],
  );
  return { items, cursor: page.cursor };
}

/** A text that every channel takes: what is left is whether the address may be written to. */
const anyText = { text: "?", files: [], quickReplies: [], isAutomatic: false };

async function routes(call: CallOf<"listRoutes">) {
  const conversation = await visibleConversation(call.parameters.id, call);
  const identities = await identitiesOf(conversation.customerId, call.app);
  const items = identities.map(async (identity) => {
    const route = await routeTo(identity, conversation, call.app);
    const isLastUsed = identity.id === conversation.identityId;
    return (
      route && {
        ...route,
        isLastUsed,
        canSend: await mayGoOut(anyText, route, { identity, conversation }, call.app),
      }
    );
  });
  return { items: (await Promise.all(items)).filter((item) => item !== undefined) };
}

/** A reply or a note. The same Idempotency-Key of the same caller is the same message, whoever holds the conversation by now. */
async function write(call: CallOf<"writeMessage">) {
  const { caller, app, body } = call;
  const conversation = await visibleConversation(call.parameters.id, call);
  const messageId = derivedId("msg", "key", caller.id, call.idempotencyKey);
  const requestDigest = digest(
    JSON.stringify([conversation.id, body.text, body.note ?? false, ...(body.identityId ? [body.identityId] : [])]),
  );
  const known = await app.stores.messages.get(messageId);
  if (known) requireSameRequest(known, requestDigest);
  if (body.note) {
    const note = await storeNote(conversation, { id: messageId, text: body.text, requestDigest }, call);
    requireSameRequest(note, requestDigest);
    return messageShape(note);
  }
  if (!known) requireOpenHolder(call, conversation);
  const route = body.identityId ? await routeNamed(body.identityId, conversation, call) : undefined;
  const reply = { messageId, conversation, text: body.text, author: caller.id, requestDigest, route };
  const result = await acceptReply(reply, app);
  if (result.outcome === "refused") {
    const { reason, explanation, alternatives } = result.verdict;
    throw refusal(reason, explanation, { alternatives });
  }
  requireSameRequest(result.message, requestDigest);
  return messageShape(result.message);
}

async function routeNamed(identityId: string, conversation: Conversation, { app }: Context): Promise<ReplyRoute> {
  const identities = await identitiesOf(conversation.customerId, app);
  const identity = identities.find(({ id }) => id === identityId);
  const route = identity && (await routeTo(identity, conversation, app));
  if (route) return route;
  const message = identity ? `is on ${identity.channel}, which has no inbox` : "is no address of this customer";
  throw new ProblemError(400, "A reply goes to an address of the customer; …/routes lists them.", {
    errors: [{ field: "identityId", message }],
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
