import { visibleConversation } from "../access.ts";
import { fitsAnswer, fitting } from "../answer-size.ts";
import { pageInMemory, pageOf, requireChoice } from "../input.ts";
import { refusal } from "../refuse.ts";
import { listRoutes } from "./reply-routes.ts";
import type { CallOf, Context, Handlers } from "./routes.ts";
import { messageShape } from "./message-shape.ts";
import { writeMessage } from "./write.ts";
import type { messageContract } from "../../shared/api/messages.ts";
import { limits } from "../../shared/core/limits.ts";
import type { StoredMessage } from "../../shared/core/message.ts";
import { templatesOf } from "../../shared/flow/gate.ts";
import { ProblemError } from "../../shared/flow/http-reply.ts";
import { isoTime } from "../../shared/ports/clock.ts";

export const messageHandlers: Handlers<typeof messageContract> = {
  listMessages: list,
  getText,
  getHtml,
  getMedia,
  listDecisions: decisions,
  listRoutes,
  writeMessage,
  listTemplates,
};

async function list(call: CallOf<"listMessages">) {
  const conversation = await visibleConversation(call.parameters.id, call);
  const page = pageOf(call.query);
  for (;;) {
    const { items, cursor } = await call.app.stores.messages.list(conversation.id, page);
    const answer = { items: await shapesOf(items, call), cursor };
    // Many long texts are more than one answer can hold: then the page is shorter than was asked for.
    if (page.limit === 1 || fitsAnswer(JSON.stringify(answer))) return answer;
    page.limit = Math.ceil(page.limit / 2);
  }
}

/** Each with the message that it is about, where that is one of these or a reply whose provider's id we know. */
async function shapesOf(messages: StoredMessage[], { app }: Context) {
  // Two inboxes may number the messages of one chat alike.
  const nameOf = (inboxId: string, providerId: string): string => `${inboxId} ${providerId}`;
  const onPage = new Map(
    messages.flatMap((each) =>
      each.direction !== "note" && each.providerId ? [[nameOf(each.inboxId, each.providerId), each.id]] : [],
    ),
  );
  const shapes = messages.map(async (message) => {
    const providerId = message.direction === "in" ? message.context?.providerId : undefined;
    if (providerId === undefined) return messageShape(message);
    const known =
      onPage.get(nameOf(message.inboxId, providerId)) ??
      (await app.stores.messages.byProviderId(message.channel, providerId))?.id;
    return messageShape(message, known);
  });
  return Promise.all(shapes);
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
    throw refusal("at-provider", file.problem ?? "The file is still being fetched from the provider: try again soon.");
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

/** Of inboxes that are in use, in the order of router.yaml. */
async function listTemplates(call: CallOf<"listTemplates">) {
  const { app, query } = call;
  requireChoice(
    "inbox",
    query.inbox,
    app.config.inboxes.map(({ id }) => id),
  );
  const templates = query.inbox === undefined ? app.config.templates : templatesOf(query.inbox, app);
  const items = templates.map(({ texts, ...template }) => ({
    ...template,
    texts: Object.fromEntries(Object.entries(texts).map(([language, { body }]) => [language, { body }])),
  }));
  return pageInMemory(items, ({ id }) => id, query);
}
