import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createFlow, type Flow } from "./harness.ts";
import { chanceOf, delayed } from "./interleave.ts";
import { customerAt, erika, idOf, inboundJob, vouched } from "./join-support.ts";
import { run as route } from "../../functions/route/run.ts";
import { joinAddresses } from "../../shared/flow/join.ts";

/** One delivery to `route`, as its queue would repeat it. */
async function deliver(flow: Flow, from: { channel: string; address: string }, text: string): Promise<void> {
  const body = inboundJob(from, text, flow);
  const delivery = { messageId: text, body, groupId: idOf(from), sequence: "1".padStart(20, "0"), receiveCount: 1 };
  for (let attempt = 0; attempt < 3; attempt += 1) if ((await route([delivery], flow.app)).length === 0) return;
  throw new Error(`${text} was never routed.`);
}

const conversationsOf = async (flow: Flow) => {
  const listed = await Promise.all(
    (["waiting", "offered", "assigned", "snoozed", "resolved"] as const).map((status) =>
      flow.stores.conversations.list({ queueId: "general", status }, { limit: 100 }),
    ),
  );
  return listed.flatMap(({ items }) => items);
};

test("a text and a chat that begin at the same instant are one conversation", async () => {
  const joining = { addresses: [erika.web, erika.sms], evidence: vouched };
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 0xffff_ffff }), fc.boolean(), async (seed, hasChatted) => {
      const flow = createFlow();
      delayed(flow.stores, chanceOf(seed));
      const chat = () => deliver(flow, erika.web, "chat");
      const join = () => joinAddresses(joining, flow.app);
      // Vouched for before the first word in the chat, or in the midst of it.
      const inChat = hasChatted ? Promise.all([chat(), join()]) : join().then(chat);
      await Promise.all([deliver(flow, erika.sms, "text"), inChat]);
      await flow.settle();
      const all = await conversationsOf(flow);
      const open = all.filter(({ closedAt }) => closedAt === undefined);
      expect(open).toHaveLength(1);
      expect((await customerAt(flow, erika.sms)).openConversationId).toBe(open[0]!.id);
      expect((await customerAt(flow, erika.web)).id).toBe((await customerAt(flow, erika.sms)).id);
      const closed = all.filter(({ closedAt }) => closedAt !== undefined);
      for (const { continuedIn } of closed) expect(continuedIn).toBe(open[0]!.id);
      const messages = await Promise.all(all.map(({ id }) => flow.stores.messages.list(id, { limit: 10 })));
      expect(messages.flatMap(({ items }) => items.map(({ text }) => text)).toSorted()).toEqual(["chat", "text"]);
    }),
    { numRuns: 200 },
  );
});
