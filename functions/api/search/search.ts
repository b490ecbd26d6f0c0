import { maySee, seesAll } from "../../access.ts";
import { historyOf } from "../../history.ts";
import { pageOf } from "../../input.ts";
import type { CallOf, Context } from "../routes.ts";
import { conversationShape } from "../../conversation-shape.ts";
import { byUpdate, order, recentConversations } from "./candidates.ts";
import { foldedText, matchOf, termsOf, type FoldedText, type Match } from "./match.ts";
import { searchMemoryOf } from "./memory.ts";
import type { Conversation } from "../../../shared/core/conversation.ts";
import { limits } from "../../../shared/core/limits.ts";
import { customersAt } from "../../../shared/flow/customers.ts";
import { InvalidCursor } from "../../../shared/ports/paging.ts";

interface Found extends Match {
  conversation: Conversation;
}

/**
 * Looks through the conversations updated last, and through all of a customer whose address is the query. The answer says
 * how many conversations it looked through, and how many it would at most.
 */
export async function search(call: CallOf<"search">) {
  const { limit, cursor } = pageOf(call.query);
  if (cursor !== undefined && !/^[\d:.TZ-]{20,30}~cnv_\w{1,60}$/.test(cursor)) throw new InvalidCursor();
  const { caller, app } = call;
  if (seesAll(caller)) app.log.info("customer.search", { by: caller.id, role: caller.role });
  const [recent, atAddress] = await Promise.all([recentConversations(call), conversationsAt(call.query.q, call)]);
  const among = new Set(recent.map(({ id }) => id));
  const { found, searched } = await matching(recent, call.query.q, call);
  const all = [...found, ...atAddress.filter(({ conversation }) => !among.has(conversation.id))].toSorted(
    (one, other) => byUpdate(one.conversation, other.conversation),
  );
  const rest = cursor === undefined ? all : all.filter(({ conversation }) => order(conversation) < cursor);
  const shown = rest.slice(0, limit);
  return {
    items: await itemsOf(shown, call),
    searched,
    limitedTo: limits.maxSearchedConversations,
    ...(rest.length > limit && { cursor: order(shown.at(-1)!.conversation) }),
  };
}

/** As the conversations are now: what was remembered may have been opened again, tagged or erased meanwhile. */
async function itemsOf(shown: Found[], { caller, app }: Context) {
  const current = await app.stores.conversations.many(shown.map(({ conversation }) => conversation.id));
  const byId = new Map(current.map((conversation) => [conversation.id, conversation]));
  return shown.flatMap(({ conversation: { id }, excerpt, matched }) => {
    const conversation = byId.get(id);
    const isVisible = conversation !== undefined && maySee(caller, conversation, app);
    return isVisible ? [{ conversation: conversationShape(conversation), excerpt, matched }] : [];
  });
}

/**
 * Texts that are not remembered are read as long as the time for it lasts, the newest first. The conversations that are
 * left then are not among those `searched`, and another search goes on from there.
 */
async function matching(recent: Conversation[], query: string, context: Context) {
  const memory = searchMemoryOf(context.memory);
  const { clock } = context.app;
  const terms = termsOf(query);
  await memory.learnNames(
    recent.map(({ customerId }) => customerId),
    context.app,
  );
  const ends = clock.now() + limits.searchReadingMs;
  const found: Found[] = [];
  let searched = 0;
  for (let start = 0; start < recent.length && clock.now() <= ends; start += limits.maxParallelReads) {
    const some = recent.slice(start, start + limits.maxParallelReads);
    const texts = await Promise.all(some.map((conversation) => textsOf(conversation, context)));
    for (const [position, conversation] of some.entries()) {
      const match = matchOf(
        {
          text: texts[position]!,
          subject: [foldedText(conversation.subject)],
          name: [...memory.nameOf(conversation.customerId), ...namedIn(conversation)],
          address: [foldedText(conversation.address)],
          tag: conversation.tags.map(foldedText),
        },
        terms,
      );
      if (match) found.push({ conversation, ...match });
    }
    searched += some.length;
  }
  return { found, searched };
}

const namedIn = ({ customerName }: Conversation): FoldedText[] =>
  customerName === undefined ? [] : [foldedText(customerName)];

/** What was written to and fro, newest first; notes are not searched. */
async function textsOf(conversation: Conversation, { app, memory }: Context): Promise<FoldedText[]> {
  const searchMemory = searchMemoryOf(memory);
  const known = searchMemory.textsOf(conversation);
  if (known) return known;
  const { items } = await app.stores.messages.list(conversation.id, {
    limit: limits.maxSearchedMessages,
    newestFirst: true,
  });
  let room: number = limits.maxSearchedCharacters;
  const written: string[] = [];
  for (const { direction, text } of items) {
    if (direction === "note" || room <= 0) continue;
    written.push(text.slice(0, room));
    room -= text.length;
  }
  return searchMemory.keepTexts(conversation, written);
}

/** All conversations of the customers who have this very address, however old. */
async function conversationsAt(query: string, context: Context): Promise<Found[]> {
  const written = query.trim();
  const forms = new Set([written, written.toLowerCase(), written.replaceAll(/[\s()/.-]/g, "")]);
  const customers = (await Promise.all([...forms].map((form) => customersAt(form, context.app)))).flat();
  const byId = new Map(customers.map((customer) => [customer.id, customer]));
  const histories = await Promise.all(
    Array.from(byId.values(), (customer) => historyOf(customer, { limit: limits.maxPageItems }, context)),
  );
  return histories
    .flatMap(({ items }) => items)
    .filter((conversation) => maySee(context.caller, conversation, context.app))
    .map((conversation) => ({ conversation, excerpt: written, matched: ["address"] }));
}
