import { describe, expect, test } from "vitest";
import { agent, createFlow, type Flow } from "./harness.ts";
import { conversationOf, customerAt, erika, idOf, twoConversations, write } from "./join-support.ts";
import { inbound } from "../stores/samples.ts";
import { identityIdOf } from "../../shared/core/ids.ts";
import type { OutboundStored, StatusUpdate } from "../../shared/core/message.ts";
import { rememberConsequence } from "../../shared/flow/consequences.ts";
import { mergeCustomers } from "../../shared/flow/join.ts";
import { recordStatus } from "../../shared/flow/statuses.ts";

const at = "2026-11-02T09:00:00.000Z";
const error = { code: "unreachable", message: "Nothing arrives there.", consequence: "unreachable" } as const;

test.each([
  ["before", "2026-11-02T08:59:59.000Z", true],
  ["since", "2026-11-02T09:00:01.000Z", false],
])("who wrote %s the send from an address that another one's message followed", async (_, createdAt, isShut) => {
  const { app, stores } = createFlow();
  const ids = ["+4915112345671", "US.4711"].map((address) => identityIdOf("whatsapp", address));
  const evidence = { kind: "first-contact", at } as const;
  for (const [position, id] of ids.entries()) {
    const address = ["+4915112345671", "US.4711"][position]!;
    await stores.identities.create({ id, channel: "whatsapp", address, customerId: "cus_1", evidence, at });
    const written = position === 0 ? createdAt : "2026-11-02T09:00:05.000Z";
    await stores.messages.create(inbound({ conversationId: "cnv_1", identityId: id, createdAt: written }));
  }
  const sent = { identityId: ids[0], inboxId: "whatsapp", conversationId: "cnv_1", attemptedAt: at, createdAt: at };
  await rememberConsequence(sent as OutboundStored, error, app);
  expect((await stores.identities.get(ids[0]!))?.unreachable !== undefined).toBe(isShut);
});

describe("a report that comes late, about a text", () => {
  async function reply(flow: Flow, conversationId: string): Promise<OutboundStored> {
    const path = `/v1/conversations/${conversationId}/messages`;
    const { body } = await flow.call(agent("agent-en"), "POST", path, { text: "Gladly." }, { "idempotency-key": "k" });
    // No report of the simulated provider's comes before this one.
    flow.network.next.push(async () => ({ status: 201, headers: {}, body: '{"sid":"SM1","status":"queued"}' }));
    await flow.settle();
    await flow.advance(1000);
    return (await flow.stores.messages.get(body.id)) as OutboundStored;
  }

  async function merge(flow: Flow): Promise<void> {
    const [survivorId, fromId] = [(await customerAt(flow, erika.web)).id, (await customerAt(flow, erika.sms)).id];
    const evidence = { kind: "agent", at, by: "sam" } as const;
    await mergeCustomers({ survivorId, fromId, evidence }, flow.app);
    await flow.settle();
  }

  async function resolve(flow: Flow, conversationId: string): Promise<void> {
    await flow.call(agent("agent-en"), "POST", `/v1/conversations/${conversationId}/resolve`);
    await flow.settle();
  }

  const failed = ({ sendId }: OutboundStored, consequence: "unreachable" | "opted-out"): StatusUpdate => ({
    kind: "status",
    of: { sendId },
    status: "failed",
    error: { ...error, consequence },
  });

  const texter = async (flow: Flow) => (await flow.stores.identities.get(idOf(erika.sms)))!;

  test.each(["unreachable", "opted-out"] as const)(
    "whose conversation a merge closed, says %s",
    async (consequence) => {
      const { flow, textId, chatId } = await twoConversations();
      await resolve(flow, (await conversationOf(flow, textId)).id);
      const text = await conversationOf(
        flow,
        await write(flow, erika.sms, "And one more thing about my order, please."),
      );
      const sent = await reply(flow, text.id);
      await merge(flow);
      const kept = (await conversationOf(flow, chatId)).id;
      expect((await conversationOf(flow, textId)).id).not.toBe(text.id);
      expect(await flow.stores.conversations.get(text.id)).toMatchObject({ continuedIn: kept });
      await write(flow, erika.web, "I am here in the chat now.");
      await recordStatus(failed(sent, consequence), flow.app);
      const { unreachable, optOuts } = await texter(flow);
      expect([unreachable !== undefined, Object.keys(optOuts)]).toEqual(
        consequence === "unreachable" ? [true, []] : [false, ["sms-main"]],
      );
    },
  );

  test("is outdone by what came from there since, though a merge closed that conversation and it is long ago", async () => {
    const { flow, textId, chatId } = await twoConversations();
    const first = (await conversationOf(flow, textId)).id;
    const sent = await reply(flow, first);
    await resolve(flow, first);
    const newer = await conversationOf(
      flow,
      await write(flow, erika.sms, "And one more thing about my order, please."),
    );
    await merge(flow);
    expect((await flow.stores.conversations.get(newer.id))?.continuedIn).toBe((await conversationOf(flow, chatId)).id);
    await write(flow, erika.web, "I am here in the chat now.");
    await resolve(flow, (await conversationOf(flow, chatId)).id);
    await write(flow, erika.web, "Hello, I have another question about an invoice.");
    await recordStatus(failed(sent, "unreachable"), flow.app);
    expect((await texter(flow)).unreachable).toBeUndefined();
  });

  test("is outdone by a word that opened no conversation", async () => {
    const { flow, textId } = await twoConversations();
    const first = (await conversationOf(flow, textId)).id;
    const sent = await reply(flow, first);
    await resolve(flow, first);
    await flow.text("HELP", erika.sms.address);
    await recordStatus(failed(sent, "unreachable"), flow.app);
    expect((await texter(flow)).unreachable).toBeUndefined();
  });
});
