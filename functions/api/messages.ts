import * as z from "zod/mini";
import { requireHolder, visibleConversation } from "./access.ts";
import { idempotencyKey, pageOf, readBody } from "./input.ts";
import { storeNote } from "./notes.ts";
import type { Call, Route } from "./routes.ts";
import { messageShape } from "./shapes.ts";
import type { Conversation } from "../../shared/core/conversation.ts";
import { derivedId, digest } from "../../shared/core/ids.ts";
import { limits } from "../../shared/core/limits.ts";
import type { StoredMessage } from "../../shared/core/message.ts";
import { json, problem, ProblemError, type HttpReply } from "../../shared/flow/http-reply.ts";
import { acceptReply } from "../../shared/flow/reply.ts";

export const messageRoutes: Route[] = [
  { method: "GET", path: "/v1/conversations/{id}/messages", role: "agent", handle: list },
  { method: "GET", path: "/v1/conversations/{id}/messages/{messageId}/text", role: "agent", handle: wholeText },
  { method: "GET", path: "/v1/conversations/{id}/decisions", role: "agent", handle: decisions },
  { method: "POST", path: "/v1/conversations/{id}/messages", role: "agent", handle: write },
];

async function list(call: Call): Promise<HttpReply> {
  const conversation = await visibleConversation(call);
  const page = await call.app.stores.messages.list(conversation.id, pageOf(call));
  return json(200, { items: page.items.map(messageShape), cursor: page.cursor });
}

/** The whole of a text that is cut in lists (`wholeText`), as it came. */
async function wholeText(call: Call): Promise<HttpReply> {
  const conversation = await visibleConversation(call);
  const message = await call.app.stores.messages.get(call.parameters.messageId!);
  if (message?.conversationId !== conversation.id) {
    throw new ProblemError(404, `There is no message ${call.parameters.messageId} in this conversation.`);
  }
  const body = message.wholeText ? await call.app.blobs.get(message.wholeText.key) : message.text;
  if (body === undefined) throw new ProblemError(404, "The whole text is not in the bucket any more.");
  return { status: 200, headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store" }, body };
}

async function decisions(call: Call): Promise<HttpReply> {
  const conversation = await visibleConversation(call);
  const page = await call.app.stores.messages.list(conversation.id, pageOf(call));
  const items = page.items.flatMap((message) =>
    message.direction === "in"
      ? [{ messageId: message.id, planVersion: message.planVersion, ...message.decision }]
      : [],
  );
  return json(200, { items, cursor: page.cursor });
}

const messageBody = z.strictObject({
  text: z.string().check(z.minLength(1), z.maxLength(limits.maxReplyCharacters)),
  note: z.optional(z.boolean()),
});

/** A reply or a note. The same Idempotency-Key of the same caller is the same message, whoever holds the conversation by now. */
async function write(call: Call): Promise<HttpReply> {
  const conversation = await visibleConversation(call);
  const key = idempotencyKey(call);
  const body = readBody(call, messageBody);
  const messageId = derivedId("msg", "key", call.caller.id, key);
  const requestDigest = digest(JSON.stringify([conversation.id, body.text, body.note ?? false]));
  const known = await call.app.stores.messages.get(messageId);
  if (known) requireSameRequest(known, requestDigest);
  if (body.note) {
    const note = await storeNote(conversation, { id: messageId, text: body.text, requestDigest }, call);
    requireSameRequest(note, requestDigest);
    return json(202, messageShape(note));
  }
  if (!known) requireOpenHolder(call, conversation);
  const reply = { messageId, conversation, text: body.text.toWellFormed(), author: call.caller.id, requestDigest };
  const result = await acceptReply(reply, call.app);
  if (result.outcome === "refused") {
    const { reason, explanation, alternatives } = result.verdict;
    return problem(409, explanation, { reason, alternatives });
  }
  requireSameRequest(result.message, requestDigest);
  return json(202, messageShape(result.message));
}

function requireOpenHolder(call: Call, conversation: Conversation): void {
  if (!conversation.closedAt) return requireHolder(call, conversation, "holderOnly");
  throw new ProblemError(409, "The conversation is resolved: reopen it, then reply.", {
    reason: "resolved",
    alternatives: [{ kind: "reopen" }],
  });
}

function requireSameRequest(message: StoredMessage, requestDigest: string): void {
  if (message.direction !== "in" && message.requestDigest === requestDigest) return;
  throw new ProblemError(422, "This Idempotency-Key was used for another request: send a new message with a new key.", {
    errors: [{ field: "Idempotency-Key", message: "was used with another body" }],
  });
}
