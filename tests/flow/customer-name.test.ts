import { describe, expect, test } from "vitest";
import { createChirpFlow, taken } from "./chirp.ts";
import { supervisor } from "./harness.ts";

describe("what a customer is called", () => {
  test("is what they call themselves, then what we call them, from their next message on", async () => {
    const flow = createChirpFlow();
    const { conversationId } = await taken(flow, { senderName: "zoë ✨" });
    const shown = async () => (await flow.call(supervisor, "GET", `/v1/conversations/${conversationId}`)).body;
    expect(await shown()).toMatchObject({ customerName: "zoë ✨" });
    await taken(flow);
    const { customerId } = await shown();
    expect(await shown()).toMatchObject({ customerName: "zoë ✨" });
    await flow.call(supervisor, "PATCH", `/v1/customers/${customerId}`, { name: "Zoë Größer" });
    await taken(flow, { senderName: "zoë ✨" });
    expect(await shown()).toMatchObject({ customerName: "Zoë Größer" });
  });

  test("finds their conversation", async () => {
    const flow = createChirpFlow();
    const { conversationId } = await taken(flow, { senderName: "Zoë" });
    const { body } = await flow.call(supervisor, "GET", "/v1/search?q=zoe");
    expect(body.items).toMatchObject([{ conversation: { id: conversationId }, matched: ["name"] }]);
  });
});
