import { describe, expect, it } from "vitest";
import { keys, sign } from "../../channels/meta/samples.ts";
import { configuration, createFlow } from "../../flow/harness.ts";
import { run } from "../../../functions/ingest/run.ts";
import type { WebhookRequest } from "../../../shared/channels/channel.ts";

const request = (path: string, changes: Partial<WebhookRequest> = {}): WebhookRequest => ({
  method: "POST",
  path,
  rawQuery: "",
  headers: { "content-type": "application/json" },
  body: "{}",
  domainName: "router.example",
  ...changes,
});

const withWhatsapp = {
  ...configuration,
  inboxes: [...configuration.inboxes, { id: "whatsapp", channel: "whatsapp", address: "106540352242922" }],
};

describe("a webhook", () => {
  it("of a provider of which router.yaml has no inbox is not there, and no secret is asked for", async () => {
    const { app, logged } = createFlow();
    app.secrets = { get: () => Promise.reject(new Error("META_SECRET_ID is not set")) };
    for (const path of ["/webhooks/meta", "/webhooks/telegram/telegram", "/webhooks/custom/counter"]) {
      expect((await run(request(path), app)).status, path).toBe(404);
      expect((await run(request(path, { method: "GET" }), app)).status, path).toBe(404);
    }
    expect(logged).toEqual([]);
  });

  it("at a path that no channel has is not there", async () => {
    const { app } = createFlow();
    for (const path of ["/webhooks/", "/webhooks/none", "/webhooks/twilio", "/webhooks/meta/more"])
      expect((await run(request(path), app)).status, path).toBe(404);
  });

  it("is verified by the token that its provider was given, and by no other", async () => {
    const { app, secrets } = createFlow(withWhatsapp);
    secrets["meta"] = { appSecret: "the app's secret", verifyToken: "ours", accessTokens: {} };
    const asking = (token: string) =>
      request("/webhooks/meta", {
        method: "GET",
        rawQuery: `hub.mode=subscribe&hub.verify_token=${token}&hub.challenge=1158201444`,
      });
    expect(await run(asking("ours"), app)).toMatchObject({ status: 200, body: "1158201444" });
    expect((await run(asking("theirs"), app)).status).toBe(403);
  });

  it("of a channel that is not built is accepted, so that it does not come again, and the log says why nothing came of it", async () => {
    const { app, secrets, queues } = createFlow(withWhatsapp);
    secrets["meta"] = { appSecret: keys.current, verifyToken: "ours", accessTokens: {} };
    const told: unknown[] = [];
    app.log = { ...app.log, info: (event, fields) => void told.push([event, fields]) };
    const call = sign(request("/webhooks/meta", { body: JSON.stringify({ object: "threads", entry: [] }) }));
    expect((await run(call, app)).status).toBe(200);
    expect(told).toEqual([["inbound.ignored", { reason: "it is for a channel that is not built" }]]);
    expect(queues.inbound.waiting).toEqual([]);
  });

  it("that asks to be verified where nothing asks so is told how it is called", async () => {
    const { app } = createFlow();
    expect((await run(request("/webhooks/twilio/messages", { method: "GET" }), app)).status).toBe(405);
  });
});
