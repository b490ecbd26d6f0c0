import { allQueueIds, requireHolder, visibleConversation } from "../access.ts";
import { commandConversation, showAgain } from "./commands.ts";
import { pageOf, requireChoice } from "../input.ts";
import { linesOf, openStatuses, readLines } from "./lines.ts";
import { storeNote } from "./notes.ts";
import { refusal } from "../refuse.ts";
import { atLeast, type CallOf, type Context, type Handlers } from "./routes.ts";
import { search } from "./search/search.ts";
import { conversationShape } from "../conversation-shape.ts";
import { ofCustomer } from "../history.ts";
import type { conversationContract } from "../../shared/api/conversations.ts";
import type { BodyOf } from "../../shared/api/route.ts";
import type { Conversation } from "../../shared/core/conversation.ts";
import { timeSortedId } from "../../shared/core/ids.ts";
import { limits } from "../../shared/core/limits.ts";
import { ProblemError } from "../../shared/flow/http-reply.ts";
import { enqueueEventOf } from "../../shared/flow/pool-events.ts";
import { reopenConversation } from "../../shared/flow/reopen.ts";

export const conversationHandlers: Handlers<typeof conversationContract> = {
  listConversations: list,
  getConversation: async (call) => conversationShape(await visibleConversation(call.parameters.id, call)),
  setTags,
  resolveConversation: resolve,
  reopenConversation: reopen,
  transferConversation: transfer,
  snoozeConversation: snooze,
  search,
};

/** A list's lines follow one another, each from the index; one customer's conversations come from the customer. */
async function list(call: CallOf<"listConversations">) {
  const { status, queue, agent, customer } = call.query;
  requireChoice("queue", queue, allQueueIds(call.app));
  const isAsked = (item: Conversation): boolean => {
    const shape = conversationShape(item);
    return (
      (!agent || item.agentId === agent) &&
      (!queue || shape.queueId === queue) &&
      (status ? shape.status === status : shape.status !== "resolved")
    );
  };
  const page = pageOf(call.query);
  const lines = (status ? [status] : openStatuses).flatMap((each) => linesOf(each, call, queue, agent));
  const { items, cursor } = customer
    ? await ofCustomer(customer, status ?? "open", page, call)
    : await readLines(lines, page, call.app.stores);
  return { items: items.filter(isAsked).map(conversationShape), cursor };
}

async function setTags(call: CallOf<"setTags">) {
  const conversation = await visibleConversation(call.parameters.id, call);
  if (!conversation.closedAt) requireHolder(call.caller, conversation, "supervisorsToo");
  await call.app.stores.conversations.setTags(conversation.id, [...new Set(call.body.tags)]);
  return showAgain(conversation.id, call);
}

async function resolve(call: CallOf<"resolveConversation">) {
  const conversation = await visibleConversation(call.parameters.id, call);
  const { id: conversationId, messageVersion } = conversation;
  if (conversation.closedAt) return conversationShape(conversation);
  requireHolder(call.caller, conversation, "supervisorsToo");
  const version = call.body.messageVersion ?? messageVersion;
  if (version < messageVersion) throw refusal("newer-message", "A newer message has come: read it, then resolve.");
  await commandConversation(conversation, { kind: "resolve", conversationId, version, by: call.caller.id }, call);
  return showAgain(conversationId, call);
}

async function reopen(call: CallOf<"reopenConversation">) {
  const conversation = await visibleConversation(call.parameters.id, call);
  const openId = await reopenConversation(conversation, call.app);
  if (openId === conversation.id) return showAgain(openId, call);
  throw refusal("open-conversation", `The customer has another open conversation, ${openId}: go on there.`, {
    conversationId: openId,
  });
}

async function transfer(call: CallOf<"transferConversation">) {
  const conversation = await visibleConversation(call.parameters.id, call);
  const { note, ...to } = call.body;
  if (conversation.closedAt) throw refusal("resolved", "The conversation is resolved: reopen it, then transfer it.");
  requireHolder(call.caller, conversation, "supervisorsToo");
  checkTarget(to, conversation, call);
  const { id: conversationId, messageVersion: version } = conversation;
  if (note) {
    const id = timeSortedId("msg", call.app.clock.now(), call.app.random.bytes(10));
    await storeNote(conversation, { id, text: note }, call);
  }
  await commandConversation(conversation, { kind: "transfer", conversationId, version, by: call.caller.id, to }, call);
  return showAgain(conversationId, call);
}

function checkTarget(
  to: BodyOf<typeof conversationContract.transferConversation>,
  conversation: Conversation,
  { caller, app }: Context,
): void {
  const { poolId } = enqueueEventOf(conversation, app.config);
  const pool = app.config.pools.find((each) => each.id === poolId);
  const fail = (field: string, message: string): never => {
    const detail = `A transfer goes to a queue, an agent or skills of the same pool: ${field} ${message}.`;
    throw new ProblemError(400, detail, { errors: [{ field, message }] });
  };
  if (!to.queueId && !to.agentId && !to.skills) fail("queueId", "is missing, and so are agentId and skills");
  if (to.queueId && !pool?.queues.some((queue) => queue.id === to.queueId))
    fail("queueId", "names no queue of the pool");
  if (to.agentId && !pool?.agents.some((agent) => agent.id === to.agentId))
    fail("agentId", "names no agent of the pool");
  if (to.agentId && !atLeast(caller, "supervisor")) {
    const detail = "Only a supervisor assigns to an agent by name; transfer to a queue or to skills instead.";
    throw new ProblemError(403, detail, { role: "supervisor" });
  }
}

async function snooze(call: CallOf<"snoozeConversation">) {
  const conversation = await visibleConversation(call.parameters.id, call);
  const { until } = call.body;
  const ahead = until === null ? 0 : Date.parse(until) - call.app.clock.now();
  if (until !== null && (ahead <= 0 || ahead > limits.maxSnoozeMs)) {
    const message = ahead <= 0 ? "is over already" : `is more than ${limits.maxSnoozeMs / 86_400_000} days ahead`;
    throw new ProblemError(400, `The end of a snooze ${message}.`, { errors: [{ field: "until", message }] });
  }
  if (conversation.closedAt) throw refusal("resolved", "The conversation is resolved: there is nothing to set aside.");
  requireHolder(call.caller, conversation, "supervisorsToo");
  const { id: conversationId, messageVersion: version } = conversation;
  const event = { kind: "snooze", conversationId, version, until, by: call.caller.id } as const;
  await commandConversation(conversation, event, call);
  return showAgain(conversationId, call);
}
