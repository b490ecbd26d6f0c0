import { expect, test } from "vitest";
import { agent, available, configuration, createFlow, onlyConversation } from "./harness.ts";
import { run as ingest } from "../../functions/ingest/run.ts";
import { signatures } from "../../shared/core/standard-webhooks.ts";

/* A custom channel's inbox is another system's, with a secret of its own: what it signs is about its own messages alone. */

const inbox = (id: string) => ({ id, channel: "custom", address: id, replyUrl: `https://${id}.example/replies` });
const secretOf = { counter: `whsec_${"A".repeat(32)}`, kiosk: `whsec_${"B".repeat(32)}` };

function createCounters() {
  const flow = createFlow({ ...configuration, inboxes: [inbox("counter"), inbox("kiosk")] });
  flow.secrets["custom"] = {
    inboxes: Object.fromEntries(Object.entries(secretOf).map(([id, secret]) => [id, { secret }])),
  };
  let events = 0;
  const post = async (inboxId: keyof typeof secretOf, event: object): Promise<number> => {
    const body = JSON.stringify(event);
    events += 1;
    const [id, timestamp] = [`evt-${events}`, Math.floor(flow.clock.now() / 1000)];
    const headers = {
      "content-type": "application/json",
      "webhook-id": id,
      "webhook-timestamp": String(timestamp),
      "webhook-signature": signatures([secretOf[inboxId]], { id, timestamp, body }),
    };
    const path = `/webhooks/custom/${inboxId}`;
    const request = { method: "POST", path, rawQuery: "", headers, body, domainName: "router.example" };
    const { status } = await ingest(request, flow.app);
    await flow.settle();
    return status;
  };
  return { flow, post };
}

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
