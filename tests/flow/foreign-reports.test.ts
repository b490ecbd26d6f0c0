import { expect, test } from "vitest";
import { createCounters } from "./counters.ts";
import { agent, available, onlyConversation } from "./harness.ts";

test("a report about another inbox's message changes nothing", async () => {
  const { flow, post } = createCounters();
  await available(flow, "agent-en");
  flow.network.next.push(async () => ({ status: 200, headers: {}, body: "{}" }));
  expect(await post("counter", { type: "message", from: "1042", text: "Hello, is my passport ready?" })).toBe(200);
  const { id } = await onlyConversation(flow, agent("agent-en"), "assigned");
  const path = `/v1/conversations/${id}/messages`;
  const { body: reply } = await flow.call(
    agent("agent-en"),
    "POST",
    path,
    { text: "It is." },
    { "idempotency-key": "1" },
  );
  await flow.settle();
  const statusOf = async (): Promise<string> => {
    const message = await flow.stores.messages.get(reply.id);
    return message?.direction === "out" ? message.status : "none";
  };
  const report = (status: string) => ({ type: "status", sendId: reply.sendId, status, reason: "The printer burns." });
  expect(await statusOf()).toBe("sent");
  expect(await post("kiosk", report("failed"))).toBe(200);
  expect(await post("kiosk", report("read"))).toBe(200);
  expect(await statusOf()).toBe("sent");
  expect(await post("counter", report("delivered"))).toBe(200);
  expect(await statusOf()).toBe("delivered");
});
