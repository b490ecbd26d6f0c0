import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { VirtualClock } from "../../../../infra/local/clock.ts";
import { SimulatedCustom } from "../../../../infra/local/providers/custom/custom.ts";
import { CustomStorage } from "../../../../infra/local/providers/custom/storage.ts";
import { InvalidInbound } from "../../../../infra/local/providers/ports.ts";
import type { ProvidedFile } from "../../../../infra/local/providers/provider.ts";
import type { Parsed, SendRequest, WebhookRequest } from "../../../../shared/channels/channel.ts";
import { custom } from "../../../../shared/channels/custom/index.ts";
import type { HttpAnswer } from "../../../../shared/ports/http.ts";
import { config, customer, inbox, now, secret, secrets, sendRequest } from "../../../channels/custom/samples.ts";
import { portsWith } from "../../../contracts/channel.ts";
import { publicUrl, sendId } from "../../../channels/samples.ts";

const replyUrl = "https://counter.example/replies";
const letter = { name: "letter.pdf", contentType: "application/pdf", bytes: Buffer.from("%PDF-1.4") };
const counter = { ...inbox, replyUrl, mediaHosts: ["counter.example"] };

/** A simulated system behind a custom channel; its webhooks end in the channel. */
class World {
  readonly clock = new VirtualClock({ frozenAtMs: now });
  readonly system: SimulatedCustom;
  readonly requests: WebhookRequest[] = [];
  readonly files = new Map<string, ProvidedFile>();
  reply: (count: number) => number = () => 200;
  readonly ports = portsWith({
    clock: this.clock,
    http: { call: async (call) => (await this.system.handle(call)) as HttpAnswer },
  });

  constructor(file = ":memory:") {
    this.system = new SimulatedCustom({
      clock: this.clock,
      storage: new CustomStorage(file, "test"),
      deliver: async (url, headers, body) => this.#receive(url, headers, body),
      fetchFile: async (url) => this.files.get(url),
      inboxes: [
        { id: "counter", secret: secrets.current, webhookUrl: `${publicUrl}/webhooks/custom/counter`, replyUrl },
      ],
    });
  }

  #receive(url: string, headers: Record<string, string>, body: string): number {
    const request = { method: "POST", path: new URL(url).pathname, rawQuery: "", headers, body, domainName: "" };
    const verified = custom.webhook!.verify(request, { secret, publicUrls: [publicUrl], now: this.clock.now() });
    if (!verified.ok) throw new Error(verified.reason);
    this.requests.push(request);
    return this.reply(this.requests.length);
  }

  send(change: Partial<SendRequest> = {}) {
    return custom.send({ ...sendRequest, inbox: counter, ...change }, this.ports);
  }

  parsed(): Parsed[] {
    const inboxes = config.inboxes.map((each) => (each.id === counter.id ? counter : each));
    return this.requests.flatMap((request) => custom.webhook!.parse(request, { ...config, inboxes }) ?? []);
  }

  statuses(): string[] {
    return this.parsed().flatMap((each) => (each.kind === "status" ? each.status : []));
  }

  close(): void {
    this.clock.close();
    this.system.close();
  }
}

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => {
  world.close();
});

describe("what somebody says at the counter", () => {
  it("comes signed, with its files in it or at the system's own host", async () => {
    const { providerId, status } = await world.system.inbound({
      to: "counter",
      from: customer,
      name: "Ada",
      text: "My letter",
      media: [letter, { ...letter, isLinked: true }],
    });
    expect(status).toBe(200);
    const [message] = world.parsed();
    const file = { name: "letter.pdf", contentType: "application/pdf" };
    expect(message).toMatchObject({
      providerId,
      from: customer,
      senderName: "Ada",
      text: "My letter",
      providerTime: "2026-11-04T10:00:00.000Z",
      media: [{ ...file, data: letter.bytes.toString("base64") }, file],
    });
    const [, linked] = (message as { media: { url: string; problem?: string }[] }).media;
    expect(linked!.problem).toBeUndefined();
    expect(await world.system.handle({ method: "GET", url: linked!.url, headers: {} })).toMatchObject({ status: 200 });
  });

  it("comes again, signed anew, while the router does not take it", async () => {
    world.reply = (count) => (count === 1 ? 503 : 200);
    expect(await world.system.inbound({ to: "counter", from: customer, text: "Hello" })).toMatchObject({ status: 503 });
    await world.clock.advance(600_000);
    const [first, second, ...more] = world.parsed();
    expect(second).toStrictEqual(first);
    expect(more).toHaveLength(0);
  });

  it.each([
    [{ to: "nobody", from: customer }, /to: nobody/],
    [{ to: "counter", from: " " }, /from: /],
  ])("is refused where there is nobody: %j", async (event, words) => {
    await expect(world.system.inbound({ ...event, text: "x" })).rejects.toThrow(InvalidInbound);
    await expect(world.system.inbound({ ...event, text: "x" })).rejects.toThrow(words);
  });
});

describe("a reply", () => {
  it("is taken once, reported on, and shown", async () => {
    const url = `${publicUrl}/files/abc`;
    world.files.set(url, letter);
    const media = [{ url, contentType: "application/pdf", bytes: 8, name: "form.pdf", read: async () => undefined }];
    const result = await world.send({ media, quickReplies: ["Yes"] });
    expect(result).toStrictEqual({ outcome: "sent", providerId: expect.stringMatching(/^msg-/) });
    expect(await world.send({ media, quickReplies: ["Yes"] })).toStrictEqual(result);
    await world.clock.advance(1_000);
    expect(world.parsed()).toMatchObject([
      { of: { sendId }, status: "delivered" },
      { of: { sendId }, status: "read" },
    ]);
    const [shown, ...more] = world.system.outbox({ channel: "custom", to: customer });
    expect(more).toHaveLength(0);
    expect(shown).toMatchObject({ from: "counter", to: customer, text: sendRequest.text, buttons: ["Yes"] });
    const address = expect.stringMatching(/^\/sim\/files\/custom\/file-/);
    expect(shown!.media).toStrictEqual([{ contentType: "application/pdf", url: address }]);
    const bytes = Uint8Array.from(letter.bytes);
    expect(world.system.file(shown!.media![0]!.url.split("/").at(-1)!)).toMatchObject({ bytes });
    expect(world.system.outbox({ channel: "sms" })).toHaveLength(0);
  });

  it.each([
    ["reversed", ["read", "delivered"]],
    ["duplicated", ["delivered", "delivered", "read", "read"]],
    ["withheld", []],
  ] as const)("is reported on as told: %s", async (statusOrder, statuses) => {
    world.system.behaviour.statusOrder = statusOrder;
    await world.send();
    await world.clock.advance(1_000);
    expect(world.statuses()).toStrictEqual(statuses);
  });

  it("is refused where it is not signed by us, or not lately", async () => {
    const foreign = { inboxes: { counter: { secret: secrets.previous } } };
    expect(await world.send({ secret: foreign })).toMatchObject({ error: { providerCode: "401" } });
    const late = portsWith({ http: world.ports.http, clock: { now: () => now - 600_000 } });
    const result = await custom.send({ ...sendRequest, inbox: counter }, late);
    expect(result).toMatchObject({ error: { providerCode: "401" } });
    expect(world.system.outbox()).toHaveLength(0);
  });

  it("meets a system that is busy, refuses, or is cut off after it took the reply", async () => {
    world.system.behaviour.throttledCalls = 1;
    expect(await world.send()).toMatchObject({ outcome: "notSent", retryAfterMs: 2_000 });
    world.system.behaviour.refuseWith = 422;
    expect(await world.send()).toMatchObject({ outcome: "refused" });
    world.system.behaviour.refuseWith = null;
    world.system.behaviour.acceptsThenTimesOut = 1;
    expect(await world.send()).toMatchObject({ outcome: "unknown" });
    await world.clock.advance(1_000);
    expect(world.statuses()).toStrictEqual(["delivered", "read"]);
    expect(world.system.outbox()).toHaveLength(1);
  });

  it("is reported on by the next process too", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "switchyard-custom-"));
    const file = path.join(folder, "providers.sqlite");
    const first = new World(file);
    await first.send();
    first.close();
    const second = new World(file);
    second.system.resume();
    await second.clock.advance(1_000);
    expect(second.statuses()).toStrictEqual(["delivered", "read"]);
    second.close();
    rmSync(folder, { recursive: true });
  });
});
