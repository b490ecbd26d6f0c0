import { expect, test } from "vitest";
import { agent, available, configuration, createFlow, supervisor, type Flow } from "./harness.ts";
import { identityIdOf, messageIdOf } from "../../shared/core/ids.ts";
import type { InboundMessage, OutboundStored } from "../../shared/core/message.ts";
import { takeInMessages } from "../../shared/flow/inbound.ts";

/* Two bots of ours: Telegram gives a customer one chat id at both, which is one identity, and each has its own chat. */

const bots = ["sales", "support"] as const;
type Bot = (typeof bots)[number];
const chat = "4711";

async function createBots() {
  const inboxes = bots.map((id) => ({ id, channel: "telegram", address: `${id}_bot` }));
  const flow = createFlow({ ...configuration, inboxes });
  const tokens = bots.map((id, nth) => [id, { token: `${nth + 1}:abc`, secretToken: "the-word" }]);
  flow.secrets["telegram"] = { bots: Object.fromEntries(tokens) };
  await available(flow, "agent-en");
  return flow;
}

/** Messages have the same numbers at both bots. */
async function write(flow: Flow, inboxId: Bot, nth: number, changes: Partial<InboundMessage> = {}) {
  const providerId = `${chat}:${nth}`;
  const text = "Hello, could you please help me with my order?";
  const message = {
    kind: "message",
    channel: "telegram",
    accountId: inboxId,
    providerId,
    from: chat,
    inboxId,
  } as const;
  await takeInMessages([{ ...message, text, media: [], ...changes }], flow.app);
  await flow.advance(1000);
  return (await flow.stores.messages.get(messageIdOf("telegram", inboxId, providerId)))!;
}

let keys = 0;

/** A reply to where they wrote last; the provider answers so. */
async function reply(flow: Flow, conversationId: string, status: number, answer: object): Promise<OutboundStored> {
  flow.network.next.push(async () => ({ status, headers: {}, body: JSON.stringify(answer) }));
  const headers = { "idempotency-key": `k${(keys += 1)}` };
  const path = `/v1/conversations/${conversationId}/messages`;
  const { body } = await flow.call(agent("agent-en"), "POST", path, { text: "Gladly." }, headers);
  await flow.settle();
  return (await flow.stores.messages.get(body.id)) as OutboundStored;
}

const refused = (description: string) => ({ ok: false, error_code: 403, description });
const sent = (nth: number) => ({
  ok: true,
  result: { message_id: nth, date: 1, chat: { id: Number(chat), type: "private" } },
});

async function verdict(flow: Flow, conversationId: string): Promise<string> {
  const { body } = await flow.call(supervisor, "GET", `/v1/conversations/${conversationId}/routes`);
  const [{ canSend }] = body.items;
  return canSend.ok ? "yes" : canSend.reason;
}

test("who blocks one bot is written to by the other, and by both once they write to it again", async () => {
  const flow = await createBots();
  const { conversationId, identityId } = await write(flow, "sales", 1);
  expect((await reply(flow, conversationId, 403, refused("Forbidden: bot was blocked by the user"))).status).toBe(
    "failed",
  );
  expect(await verdict(flow, conversationId)).toBe("address-unreachable");
  await write(flow, "support", 1);
  expect(await verdict(flow, conversationId)).toBe("yes");
  expect((await reply(flow, conversationId, 403, refused("Forbidden: bot was blocked by the user"))).status).toBe(
    "failed",
  );
  expect(Object.keys((await flow.stores.identities.get(identityId))?.shutOut ?? {}).toSorted()).toEqual([...bots]);
  await write(flow, "sales", 2);
  expect(await verdict(flow, conversationId)).toBe("yes");
  expect(Object.keys((await flow.stores.identities.get(identityId))?.shutOut ?? {})).toEqual(["support"]);
});

test("who has deleted their account is reached by neither", async () => {
  const flow = await createBots();
  const { conversationId } = await write(flow, "sales", 1);
  await reply(flow, conversationId, 403, refused("Forbidden: user is deactivated"));
  const identity = await flow.stores.identities.get(identityIdOf("telegram", chat));
  expect(identity).toMatchObject({ unreachable: { reason: expect.stringContaining("deleted") } });
  expect(await verdict(flow, conversationId)).toBe("address-unreachable");
});

interface Shown {
  id: string;
  context: { messageId: string | null } | null;
}

test("an answer points at the message of the bot to which it was given", async () => {
  const flow = await createBots();
  const { conversationId, id: atSales } = await write(flow, "sales", 1);
  const ours = await reply(flow, conversationId, 200, sent(2));
  const { id: atSupport } = await write(flow, "support", 1);
  await reply(flow, conversationId, 200, sent(2));
  const about = (nth: number) => ({ context: { kind: "reply", providerId: `${chat}:${nth}` } as const });
  const toTheirs = await write(flow, "sales", 3, about(1));
  const toOurs = await write(flow, "sales", 4, about(2));
  const atOther = await write(flow, "support", 3, about(1));
  const { body } = await flow.call(supervisor, "GET", `/v1/conversations/${conversationId}/messages`);
  const named = new Map(body.items.map(({ id, context }: Shown) => [id, context?.messageId]));
  expect([toTheirs, toOurs, atOther].map(({ id }) => named.get(id))).toEqual([atSales, ours.id, atSupport]);
});
