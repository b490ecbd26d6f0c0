import { Webhook as Receiver } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import type { SendRequest } from "../../../shared/channels/channel.ts";
import { custom } from "../../../shared/channels/custom/index.ts";
import { limits } from "../../../shared/core/limits.ts";
import { MediaRefused } from "../../../shared/ports/media.ts";
import { FakeHttp, portsWith } from "../../contracts/channel.ts";
import { answer, publicUrl, sendId } from "../samples.ts";
import {
  config,
  customer,
  inbox,
  now,
  replyUrl,
  secret,
  secrets,
  sendRequest,
  sign,
  textMessage,
  webhook,
} from "./samples.ts";

const { verify, parse } = custom.webhook!;
const context = { secret, publicUrls: [publicUrl], now };

describe("an event's signature", () => {
  it("is one inbox's: another path is refused, and nobody learns whether there is such an inbox", () => {
    const wrong = verify(sign(textMessage("hello"), secrets.previous), context);
    expect(wrong).toMatchObject({ ok: false });
    for (const path of ["/webhooks/custom/nobody", "/webhooks/custom/__proto__", "/webhooks/custom/counter2"])
      expect(verify({ ...sign(textMessage("hello")), path }, context)).toStrictEqual(wrong);
  });

  it("is of the id and the time too", () => {
    const signed = sign(textMessage("hello"));
    const changes: Record<string, string>[] = [
      { "webhook-id": "evt-2" },
      { "webhook-timestamp": String(now / 1000 + 1) },
    ];
    for (const change of changes)
      expect(verify({ ...signed, headers: { ...signed.headers, ...change } }, context)).toMatchObject({ ok: false });
  });

  it.each(["webhook-id", "webhook-timestamp", "webhook-signature"])("is nothing without %s", (name) => {
    const { [name]: _, ...headers } = sign(textMessage("hello")).headers;
    expect(verify({ ...textMessage("hello"), headers }, context)).toMatchObject({
      ok: false,
      reason: expect.stringContaining(name),
    });
  });

  it.each(["", "-1", "1e9", "NaN", "1793786400.5", " 1793786400"])("needs a time: not %j", (time) => {
    const signed = sign(textMessage("hello"));
    const headers = { ...signed.headers, "webhook-timestamp": time };
    expect(verify({ ...signed, headers }, context)).toMatchObject({ ok: false });
  });

  it("may be one of several, so that a sender can rotate too", () => {
    const signed = sign(textMessage("hello"));
    const several = `v1,AAAA v1a,BBBB ${signed.headers["webhook-signature"]}`;
    const headers = { ...signed.headers, "webhook-signature": several };
    expect(verify({ ...signed, headers }, context)).toStrictEqual({ ok: true });
  });
});

describe("an event", () => {
  it("has no more in it than a request can have", () => {
    const content = "A".repeat(limits.maxInlineMediaCharacters / 2 + 4);
    const attachments = [1, 2].map(() => ({ contentType: "image/png", content }));
    const event = { type: "message", from: customer, attachments };
    expect(() => parse(webhook(event), config)).toThrow(/attachments: 4194304 characters/);
    const many = Array.from({ length: 21 }, () => ({ contentType: "image/png", content: "AAAA" }));
    expect(() => parse(webhook({ ...event, attachments: many }), config)).toThrow(/^attachments: at most 20/);
  });

  it("never has what stands in a field said back", () => {
    const event = { type: "message", from: 5, text: "hush", sentAt: "hush", attachments: [{ url: "hush" }] };
    expect(() => parse(webhook(event), config)).toThrow(/from/);
    expect(() => parse(webhook(event), config)).not.toThrow(/hush/);
  });

  it("opens no inbox of another channel", () => {
    const request = webhook({ type: "message", from: customer, text: "x" }, "evt-1", "/webhooks/custom/mail");
    expect(parse(request, config)).toMatchObject([{ kind: "ignored" }]);
  });
});

describe("a reply", () => {
  const send = async (change: Partial<SendRequest> = {}, reply = answer(200, {})) => {
    const http = new FakeHttp(() => reply);
    const result = await custom.send({ ...sendRequest, ...change }, portsWith({ http, clock: { now: () => now } }));
    return { result, calls: http.calls };
  };

  it("goes to the inbox's own address, signed as Standard Webhooks has it, under the send's id", async () => {
    const file = { url: `${publicUrl}/files/abc`, contentType: "image/png", bytes: 5, name: "a.png" };
    const media = [{ ...file, read: async () => undefined }];
    const { calls, result } = await send({ media, quickReplies: ["Yes", "No"] });
    const [{ url, headers, body = "" } = expect.fail("nothing was sent")] = calls;
    expect(url).toBe(replyUrl);
    expect(headers["webhook-id"]).toBe(sendId);
    const expected = new Receiver(secrets.current).sign(sendId, new Date(now), body);
    expect(headers["webhook-signature"]).toBe(expected);
    expect(JSON.parse(body)).toStrictEqual({
      type: "message",
      sendId,
      conversationId: sendRequest.conversationId,
      to: customer,
      text: sendRequest.text,
      attachments: [file],
      quickReplies: ["Yes", "No"],
      isAutomatic: false,
      writtenAt: "2026-11-04T09:59:59.000Z",
    });
    expect(result).toStrictEqual({ outcome: "sent", providerId: sendId });
  });

  it("is signed with both secrets while they are rotated", async () => {
    const rotating = { inboxes: { counter: { secret: secrets.current, previousSecret: secrets.previous } } };
    const { calls } = await send({ secret: rotating });
    const [{ headers, body = "" } = expect.fail("nothing was sent")] = calls;
    const both = [secrets.current, secrets.previous].map((key) => new Receiver(key).sign(sendId, new Date(now), body));
    expect(headers["webhook-signature"]).toBe(both.join(" "));
  });

  it("is called what the receiver calls it, where that is an id", async () => {
    const idOf = async (body: unknown) => (await send({}, answer(202, body))).result;
    expect(await idOf({ id: "out-5", more: 1 })).toMatchObject({ providerId: "out-5" });
    for (const body of ["", "<html>", { id: 5 }, { id: "" }, { id: "x".repeat(256) }, null])
      expect(await idOf(body)).toMatchObject({ outcome: "sent", providerId: sendId });
  });

  it("has no way back without an address, and waits for a secret", async () => {
    const { replyUrl: _, ...receiving } = inbox;
    expect(await send({ inbox: receiving })).toMatchObject({
      calls: [],
      result: { outcome: "refused", error: { code: "no-route-back" } },
    });
    const second = { ...inbox, id: "second" };
    expect(await send({ inbox: second })).toMatchObject({ calls: [], result: { outcome: "notSent" } });
  });
});

describe("a linked file", () => {
  const request = { inbox, secret };
  const contentType = "image/png";

  it("lies where the event says, and nobody is told who we are", async () => {
    const url = "https://files.counter.example/a.png";
    expect(await custom.media!.locate({ contentType, url }, request, portsWith({}))).toStrictEqual({
      url,
      headers: {},
    });
    expect(custom.media!.credentialHosts).toStrictEqual([]);
  });

  it("is not fetched where it may not be", async () => {
    const url = "https://elsewhere.example/a.png";
    for (const file of [{ contentType, url, problem: "not there" }, { contentType }])
      await expect(custom.media!.locate(file, request, portsWith({}))).rejects.toThrow(MediaRefused);
  });
});
