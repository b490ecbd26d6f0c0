import { expect, test } from "vitest";
import { createFlow } from "./harness.ts";
import { identityIdOf } from "../../shared/core/ids.ts";
import type { OutboundStored } from "../../shared/core/message.ts";
import { rememberConsequence } from "../../shared/flow/consequences.ts";

const at = "2026-11-02T09:00:00.000Z";
const error = { code: "unreachable", message: "Nothing arrives there.", consequence: "unreachable" } as const;

test.each([
  ["before", "2026-11-02T08:59:59.000Z", true],
  ["since", "2026-11-02T09:00:01.000Z", false],
])("who wrote %s the send from an address that another one's message followed", async (_, windowSince, isShut) => {
  const { app, stores } = createFlow();
  const ids = ["+4915112345671", "US.4711"].map((address) => identityIdOf("whatsapp", address));
  const evidence = { kind: "first-contact", at } as const;
  for (const [position, id] of ids.entries()) {
    const address = ["+4915112345671", "US.4711"][position]!;
    await stores.identities.create({ id, channel: "whatsapp", address, customerId: "cus_1", evidence, at });
    await stores.conversations.applyMessage("cnv_1", {
      customerId: "cus_1",
      customerVersion: 0,
      identityId: id,
      address,
      channel: "whatsapp",
      inboxId: "whatsapp",
      subject: "",
      language: "en",
      tags: [],
      requested: { queueId: "general", priority: "normal", tags: [], steps: [] },
      sequence: String(position + 1).padStart(20, "0"),
      at: "2026-11-02T09:00:05.000Z",
      windowSince,
    });
  }
  const sent = { identityId: ids[0], inboxId: "whatsapp", conversationId: "cnv_1", attemptedAt: at, createdAt: at };
  await rememberConsequence(sent as OutboundStored, error, app);
  expect((await stores.identities.get(ids[0]!))?.unreachable !== undefined).toBe(isShut);
});
