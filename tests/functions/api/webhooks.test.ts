import { describe, expect, test } from "vitest";
import { createFlow, operator, supervisor, type Flow } from "../../flow/harness.ts";
import { limits } from "../../../shared/core/limits.ts";

const url = "https://receiver.example/hook";

const create = (flow: Flow, body: unknown = { url, events: ["message.received"] }) =>
  flow.call(operator, "POST", "/v1/webhooks", body);

describe("webhooks", () => {
  test("show their secret when they are made, and never again", async () => {
    const flow = createFlow();
    const { status, body } = await create(flow);
    expect([status, body.secret]).toEqual([201, expect.stringMatching(/^whsec_/)]);
    const { secret, ...rest } = body;
    expect(rest).toMatchObject({
      url,
      state: "active",
      waiting: 0,
      lastError: null,
      lastSuccessAt: null,
      rotatesAt: null,
    });
    expect((await flow.call(operator, "GET", `/v1/webhooks/${body.id}`)).body).toEqual(rest);
    expect((await flow.call(operator, "GET", "/v1/webhooks")).body.items).toEqual([rest]);
    expect(flow.logged.join()).not.toContain(secret);
  });

  test("name what is wrong with a url or an event", async () => {
    const flow = createFlow();
    flow.app.foreignHttp.objectionTo = async () => "leads to 10.0.0.1, which is no public address";
    const inward = await create(flow);
    expect([inward.status, inward.body.errors]).toEqual([
      400,
      [{ field: "url", message: "leads to 10.0.0.1, which is no public address" }],
    ]);
    const unknown = await create(flow, { url, events: ["message.recieved"] });
    expect([unknown.status, unknown.body.errors[0].field]).toEqual([400, "events.0"]);
    expect((await create(flow, { url, events: [] })).status).toBe(400);
  });

  test("are as many as events can be told to", async () => {
    const flow = createFlow();
    for (let count = 0; count < limits.maxWebhooks; count += 1) expect((await create(flow)).status).toBe(201);
    const { status, body } = await create(flow);
    expect([status, body.reason]).toEqual([409, "too-many-webhooks"]);
  });

  test("change only in what is named", async () => {
    const flow = createFlow();
    const { id } = (await create(flow)).body;
    const events = ["*", "*"];
    expect((await flow.call(operator, "PATCH", `/v1/webhooks/${id}`, { events })).body).toMatchObject({
      url,
      events: ["*"],
    });
    const elsewhere = await flow.call(operator, "PATCH", `/v1/webhooks/${id}`, { url: "https://elsewhere.example/" });
    expect(elsewhere.body).toMatchObject({ url: "https://elsewhere.example/", events: ["*"], state: "active" });
    expect((await flow.call(operator, "PATCH", `/v1/webhooks/${id}`, { state: "disabled" })).body.state).toBe(
      "disabled",
    );
    expect((await flow.call(operator, "PATCH", `/v1/webhooks/${id}`, { state: "failing" })).status).toBe(400);
  });

  test("say until when the older secret signs along, and that they are gone", async () => {
    const flow = createFlow();
    const { id } = (await create(flow)).body;
    const { body } = await flow.call(operator, "POST", `/v1/webhooks/${id}/rotate`);
    expect(Date.parse(body.rotatesAt) - flow.clock.now()).toBe(limits.webhookRotationMs);
    await flow.advance(limits.webhookRotationMs);
    expect((await flow.call(operator, "GET", `/v1/webhooks/${id}`)).body.rotatesAt).toBeNull();
    expect((await flow.call(operator, "DELETE", `/v1/webhooks/${id}`)).status).toBe(200);
    for (const [method, path] of [
      ["GET", ""],
      ["PATCH", ""],
      ["DELETE", ""],
      ["POST", "/rotate"],
    ] as const) {
      expect((await flow.call(operator, method, `/v1/webhooks/${id}${path}`)).status).toBe(404);
    }
    expect((await flow.call(supervisor, "GET", "/v1/webhooks")).status).toBe(403);
  });
});
