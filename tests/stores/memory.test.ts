import { expect, it } from "vitest";
import { memoryStores } from "../../shared/stores/memory/index.ts";
import { describeStores } from "../contracts/stores.ts";
import { inbound } from "./samples.ts";

describeStores("memory", async () => ({ stores: memoryStores(), close: async () => {} }));

it("shares nothing with its callers", async () => {
  const stores = memoryStores();
  const message = inbound();
  await stores.messages.create(message);
  message.decision.rules.push("added later");
  const read = await stores.messages.get(message.id);
  (read as typeof message).decision.rules.push("added by a reader");
  expect((await stores.messages.get(message.id)) as typeof message).toHaveProperty("decision.rules.length", 2);
});
