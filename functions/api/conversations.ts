import * as z from "zod/mini";
import { allQueueIds, requireHolder, visibleConversation, visibleQueueIds } from "./access.ts";
import { choice, pageOf, readBody } from "./input.ts";
import { storeNote } from "./notes.ts";
import { atLeast, type Call, type Route } from "./routes.ts";
import { conversationShape } from "./shapes.ts";
import type { Conversation } from "../../shared/core/conversation.ts";
import type { PoolEvent } from "../../shared/core/pool/types.ts";
import { limits } from "../../shared/core/limits.ts";
import { timeSortedId } from "../../shared/core/ids.ts";
import { json, ProblemError, type HttpReply } from "../../shared/flow/http-reply.ts";
import { commandPool } from "../../shared/flow/pool.ts";
import { enqueueEventOf, isInPool } from "../../shared/flow/pool-events.ts";
import { reopenConversation } from "../../shared/flow/reopen.ts";
import { InvalidCursor } from "../../shared/ports/stores.ts";

const statuses = ["waiting", "offered", "assigned", "snoozed", "resolved"] as const;
type Status = (typeof statuses)[number];

/** What a desk lists when it names no status. */
const openStatuses: Status[] = ["assigned", "offered", "waiting"];

export const conversationRoutes: Route[] = [
  { method: "GET", path: "/v1/conversations", role: "agent", handle: list },
  { method: "GET", path: "/v1/conversations/{id}", role: "agent", handle: show },
  { method: "PATCH", path: "/v1/conversations/{id}", role: "agent", handle: setTags },
  { method: "POST", path: "/v1/conversations/{id}/resolve", role: "agent", handle: resolve },
  { method: "POST", path: "/v1/conversations/{id}/reopen", role: "agent", handle: reopen },
  { method: "POST", path: "/v1/conversations/{id}/transfer", role: "agent", handle: transfer },
];

async function show(call: Call): Promise<HttpReply> {
  return json(200, conversationShape(await visibleConversation(call)));
}

/** A list's lines follow one another, each from the index; the cursor names line and place. */
async function list(call: Call): Promise<HttpReply> {
  const status = choice(call, "status", statuses);
  const queueId = choice(call, "queue", allQueueIds(call.app));
  const agentId = call.query.get("agent") ?? undefined;
  const customerId = call.query.get("customer") ?? undefined;
  const lines = (status ? [status] : openStatuses).flatMap((each) => linesOf(call, each, queueId, agentId));
  const { items, cursor } = await readLines(lines, pageOf(call), call);
  const shown = items.filter(
    (item) => (!customerId || item.customerId === customerId) && (!agentId || item.agentId === agentId),
  );
  return json(200, { items: shown.map(conversationShape), cursor });
}

type Line = { queueId: string; status: Status; agentId?: string };

const held: Status[] = ["assigned", "offered"];

/** Of queues that the caller does not see, only what they hold: a supervisor may have given it to them. */
function linesOf(call: Call, status: Status, queueId: string | undefined, agentId: string | undefined): Line[] {
  const visible = visibleQueueIds(call.caller, call.app);
  const queueIds = queueId ? [queueId] : allQueueIds(call.app);
  return queueIds.flatMap((each) => {
    if (!held.includes(status)) return visible.includes(each) ? [{ queueId: each, status }] : [];
    if (visible.includes(each)) return [{ queueId: each, status, agentId }];
    return [{ queueId: each, status, agentId: call.caller.id }];
  });
}

/** Reads on, a few lines at a time, until the page is full. */
async function readLines(lines: Line[], page: { limit: number; cursor?: string }, call: Call) {
  const start = readCursor(page.cursor, lines.length);
  const items: Conversation[] = [];
  for (let line = start.line; line < lines.length; line += linesAtOnce) {
    const some = lines.slice(line, line + linesAtOnce);
    const pages = await Promise.all(
      some.map((each, position) => {
        const cursor = line + position === start.line ? start.inner : undefined;
        return call.app.stores.conversations.list(each, { limit: page.limit, cursor });
      }),
    );
    for (const [position, found] of pages.entries()) {
      if (items.length > 0 && items.length + found.items.length > page.limit) {
        return { items, cursor: writeCursor(line + position) };
      }
      items.push(...found.items);
      if (found.cursor) return { items, cursor: writeCursor(line + position, found.cursor) };
    }
  }
  return { items };
}

const linesAtOnce = 8;

const writeCursor = (line: number, inner = ""): string => `${line}.${inner}`;

function readCursor(cursor: string | undefined, lines: number): { line: number; inner?: string } {
  if (cursor === undefined) return { line: 0 };
  const [, line, inner] = /^(\d{1,6})\.(.*)$/s.exec(cursor) ?? [];
  if (line === undefined || Number(line) >= lines) throw new InvalidCursor();
  return { line: Number(line), inner: inner || undefined };
}

const tagsBody = z.strictObject({
  tags: z
    .array(z.string().check(z.minLength(1), z.maxLength(limits.maxNameCharacters)))
    .check(z.maxLength(limits.maxTags)),
});

async function setTags(call: Call): Promise<HttpReply> {
  const conversation = await visibleConversation(call);
  const { tags } = readBody(call, tagsBody);
  if (!conversation.closedAt) requireHolder(call, conversation, "supervisorsToo");
  await call.app.stores.conversations.setTags(conversation.id, [...new Set(tags)]);
  return showAgain(call);
}

const resolveBody = z.strictObject({
  /** the version that the agent has seen; a newer message keeps the conversation open */
  messageVersion: z.optional(z.number().check(z.int(), z.positive())),
});

async function resolve(call: Call): Promise<HttpReply> {
  const conversation = await visibleConversation(call);
  const body = readBody(call, resolveBody);
  if (conversation.closedAt) return json(200, conversationShape(conversation));
  requireHolder(call, conversation, "supervisorsToo");
  const version = body.messageVersion ?? conversation.messageVersion;
  if (version < conversation.messageVersion) {
    throw new ProblemError(409, "A newer message has come: read it, then resolve.", { reason: "newer-message" });
  }
  await command(conversation, { kind: "resolve", conversationId: conversation.id, version, by: call.caller.id }, call);
  return showAgain(call);
}

async function reopen(call: Call): Promise<HttpReply> {
  const conversation = await visibleConversation(call);
  const openId = await reopenConversation(conversation, call.app);
  if (openId === conversation.id) return showAgain(call);
  throw new ProblemError(409, `The customer has another open conversation, ${openId}: go on there.`, {
    reason: "open-conversation",
    conversationId: openId,
  });
}

const level = z.number().check(z.int(), z.minimum(1), z.maximum(5));

const transferBody = z.strictObject({
  queueId: z.optional(z.string()),
  agentId: z.optional(z.string()),
  skills: z.optional(z.array(z.strictObject({ skill: z.string(), level }))),
  note: z.optional(z.string().check(z.maxLength(limits.maxNoteCharacters))),
});

async function transfer(call: Call): Promise<HttpReply> {
  const conversation = await visibleConversation(call);
  const { note, ...to } = readBody(call, transferBody);
  if (conversation.closedAt) {
    throw new ProblemError(409, "The conversation is resolved: reopen it, then transfer it.", { reason: "resolved" });
  }
  requireHolder(call, conversation, "supervisorsToo");
  checkTarget(to, conversation, call);
  const version = conversation.messageVersion;
  if (note) {
    const id = timeSortedId("msg", call.app.clock.now(), call.app.random.bytes(10));
    await storeNote(conversation, { id, text: note }, call);
  }
  const by = call.caller.id;
  await command(conversation, { kind: "transfer", conversationId: conversation.id, version, by, to }, call);
  return showAgain(call);
}

function checkTarget(to: z.infer<typeof transferBody>, conversation: Conversation, call: Call): void {
  const pool = call.app.config.pools.find((each) => each.id === poolOf(conversation, call));
  const fail = (field: string, message: string): never => {
    throw new ProblemError(
      400,
      `A transfer goes to a queue, an agent or skills of the same pool: ${field} ${message}.`,
      {
        errors: [{ field, message }],
      },
    );
  };
  if (!to.queueId && !to.agentId && !to.skills) fail("queueId", "is missing, and so are agentId and skills");
  if (to.queueId && !pool?.queues.some((queue) => queue.id === to.queueId))
    fail("queueId", "names no queue of the pool");
  if (to.agentId && !pool?.agents.some((agent) => agent.id === to.agentId))
    fail("agentId", "names no agent of the pool");
  if (to.agentId && !atLeast(call.caller, "supervisor")) {
    throw new ProblemError(
      403,
      "Only a supervisor assigns to an agent by name; transfer to a queue or to skills instead.",
    );
  }
}

const poolOf = (conversation: Conversation, call: Call): string => enqueueEventOf(conversation, call.app.config).poolId;

/** A command about a conversation that the pool's log has not seen brings its enqueue along. */
async function command(conversation: Conversation, event: PoolEvent, call: Call): Promise<void> {
  const { poolId, event: enqueue } = enqueueEventOf(conversation, call.app.config);
  const events = isInPool(conversation) ? [event] : [enqueue, event];
  const { entry } = await commandPool(poolId, events, call.app, call.memory);
  const last = entry.events.length - 1;
  const refused = entry.outcomes.find((outcome) => outcome.kind === "refused" && outcome.event === last);
  if (refused?.kind === "refused") throw new ProblemError(409, refused.reason, { reason: "refused-by-pool" });
}

async function showAgain(call: Call): Promise<HttpReply> {
  const conversation = await call.app.stores.conversations.get(call.parameters.id!);
  if (!conversation) throw new ProblemError(404, `There is no conversation ${call.parameters.id} any more.`);
  return json(200, conversationShape(conversation));
}
