import { describe, expect, it } from "vitest";
import { account, agent, createFlow, operator, started, type Flow } from "../../flow/harness.ts";
import { run } from "../../../functions/fetch/run.ts";
import { messageOrder, type InboundStored, type MediaReference } from "../../../shared/core/message.ts";
import { limits } from "../../../shared/core/limits.ts";
import { MediaNotYet, MediaRefused } from "../../../shared/ports/media.ts";
import type { Delivery, MediaJob } from "../../../shared/ports/queues.ts";

const png = Uint8Array.from([
  0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 1, 0, 0, 0, 1, 8, 6, 0,
  0, 0, 0x1f, 0x15, 0xc4, 0x89, 0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
]);
const page = new TextEncoder().encode("<!doctype html><script>alert(1)</script>");
const url = `https://api.twilio.com/2010-04-01/Accounts/${account.accountSid}/Messages/MM${"1".repeat(32)}/Media/ME${"2".repeat(32)}`;
const messageId = `msg_${"f".repeat(26)}`;
const createdAt = "2026-11-02T09:00:00.000Z";

const deliveryOf = (receiveCount = 1, index = 0): Delivery<MediaJob> => ({
  messageId: `q-${receiveCount}`,
  body: { schemaVersion: 1, messageId, index },
  groupId: "",
  sequence: "",
  receiveCount,
});

/** A customer's message whose file is still at the provider, in a conversation that agent-en holds. */
async function received(file: Partial<MediaReference> = {}, also: Partial<InboundStored> = {}) {
  const { flow, id: conversationId } = await started();
  const { items } = await flow.stores.messages.list(conversationId, { limit: 1 });
  const question = items[0] as InboundStored;
  const media: MediaReference[] = [{ contentType: "image/jpeg", url, ...file }];
  const message = {
    ...question,
    id: messageId,
    text: "",
    media,
    order: messageOrder(createdAt, "2", messageId),
    ...also,
  };
  await flow.stores.messages.create<InboundStored>(message);
  return { flow, conversationId };
}

const fileOf = async (flow: Flow, index = 0) => (await flow.stores.messages.get(messageId))?.media[index];

const objectsOf = (flow: Flow): string[] => [...flow.blobs.objects.keys()].filter((key) => key.startsWith("media/"));

describe("a customer's file", () => {
  it("lies in the bucket afterwards, known by its content, under a key that nobody can guess", async () => {
    const { flow } = await received();
    flow.media.files.set(url, { bytes: png, contentType: "text/html" });
    expect(await run([deliveryOf()], flow.app)).toEqual([]);
    const file = await fileOf(flow);
    expect(file).toMatchObject({ contentType: "image/png", bytes: png.length, name: "file.png" });
    expect(file?.key).toMatch(new RegExp(`^media/${messageId}/[0-9a-f]{32}$`));
    expect(flow.blobs.objects.get(file!.key!)).toEqual(png);
    const [[location, from]] = flow.media.fetched as [Parameters<typeof flow.media.fetch>];
    expect(location.headers["authorization"]).toMatch(/^Basic /);
    expect(from.credentialHosts).toEqual(["api.twilio.com"]);
  });

  it("is fetched from its provider's hosts alone, unless its channel has none", async () => {
    const { flow } = await received();
    flow.media.files.set(url, { bytes: png, contentType: "image/png" });
    const { config } = flow.app;
    const inboxes = config.inboxes.map((inbox) => ({ ...inbox, mediaHosts: ["files.corp.example"] }));
    await run([deliveryOf()], { ...flow.app, config: { ...config, inboxes } });
    expect(flow.media.fetched[0]?.[1].hosts).not.toContain("files.corp.example");
  });

  it("is told of to the desk of whoever holds the conversation", async () => {
    const { flow, conversationId } = await received();
    flow.media.files.set(url, { bytes: png, contentType: "image/png" });
    const expiresAt = "2026-11-02T11:00:00.000Z";
    await flow.stores.sockets.put({ connectionId: "desk", agentId: "agent-en", supervisor: false, expiresAt });
    await run([deliveryOf()], flow.app);
    expect(flow.desks.framesOf("desk")).toEqual([{ type: "message", conversationId, messageId }]);
  });

  it("is taken over once, however often its job comes", async () => {
    const { flow } = await received();
    flow.media.files.set(url, { bytes: png, contentType: "image/png" });
    await run([deliveryOf(), deliveryOf(2)], flow.app);
    await Promise.all([run([deliveryOf(3)], flow.app), run([deliveryOf(4)], flow.app)]);
    expect(flow.media.fetched).toHaveLength(1);
    expect(objectsOf(flow)).toHaveLength(1);
  });

  it("keeps its name, and what is no text and has no mark of its own is bytes", async () => {
    const { flow } = await received({ name: "scan.jpg" });
    flow.media.files.set(url, { bytes: Uint8Array.from([0, 1, 2, 3]), contentType: "image/jpeg" });
    await run([deliveryOf()], flow.app);
    expect(await fileOf(flow)).toMatchObject({ contentType: "application/octet-stream", name: "scan.jpg" });
  });

  it("is not called what would be opened as something else", async () => {
    const { flow } = await received({ name: "page.html" });
    flow.media.files.set(url, { bytes: png, contentType: "image/png" });
    await run([deliveryOf()], flow.app);
    expect(await fileOf(flow)).toMatchObject({ contentType: "image/png", name: "page.html.png" });
  });

  it("that could run is offered as a download alone", async () => {
    const { flow, conversationId } = await received({ name: "page.html" });
    flow.media.files.set(url, { bytes: page, contentType: "text/html; charset=utf-8" });
    await run([deliveryOf()], flow.app);
    expect(await fileOf(flow)).toMatchObject({ contentType: "text/html" });
    const path = `/v1/conversations/${conversationId}/messages/${messageId}/media/0`;
    const { body } = await flow.call(agent("agent-en"), "GET", path);
    expect(body.url).toContain("as=page.html&for=300");
  });

  it("that came with its message is known by its content too", async () => {
    const key = `media/${messageId}/inline`;
    const { flow } = await received({ url: undefined, key, contentType: "application/pdf", bytes: png.length });
    await flow.blobs.putBytes(key, png);
    await run([deliveryOf()], flow.app);
    expect(await fileOf(flow)).toEqual({ contentType: "image/png", key, bytes: png.length, name: "file.png" });
    expect(objectsOf(flow)).toEqual([key]);
  });
});

describe("a file that can't be had", () => {
  it("says why in its message, and is not tried again", async () => {
    const { flow } = await received();
    flow.media.next.push(() => Promise.reject(new MediaRefused("api.twilio.com answered 410: the file is not there.")));
    expect(await run([deliveryOf()], flow.app)).toEqual([]);
    expect(await fileOf(flow)).toMatchObject({ url, problem: "api.twilio.com answered 410: the file is not there." });
    expect((await flow.stores.parked.list({ limit: 10 })).items).toEqual([]);
  });

  it("comes again by the queue while its provider does not hand it out, then waits for a person", async () => {
    const { flow, conversationId } = await received();
    const later = () => Promise.reject(new MediaNotYet("api.twilio.com answered 503."));
    for (let count = 1; count < limits.maxMediaReceives; count += 1) {
      flow.media.next.push(later);
      expect(await run([deliveryOf(count)], flow.app)).toEqual([`q-${count}`]);
      expect((await fileOf(flow))?.problem).toBeUndefined();
    }
    flow.media.next.push(later);
    expect(await run([deliveryOf(limits.maxMediaReceives)], flow.app)).toEqual([]);
    expect(await fileOf(flow)).toMatchObject({ problem: "api.twilio.com answered 503." });
    const { items } = await flow.stores.parked.list({ limit: 10 });
    expect(items).toMatchObject([{ kind: "media", conversationId, reason: "api.twilio.com answered 503." }]);

    const redriven = await flow.call(operator, "POST", `/v1/parked/${items[0]!.id}/redrive`, {});
    expect(redriven.status).toBe(202);
    flow.media.files.set(url, { bytes: png, contentType: "image/png" });
    await flow.queues.media.work((batch) => run(batch, flow.app));
    const file = await fileOf(flow);
    expect(file).toMatchObject({ contentType: "image/png" });
    expect(file?.problem).toBeUndefined();
  });

  it("is asked for again where a person has it tried again, although its provider had not handed it out", async () => {
    const earlier = { url: undefined, providerId: "AgACAgIAAxkBAAM", problem: "Telegram answered 500." };
    const { flow } = await received(earlier, { channel: "telegram", inboxId: "telegram" });
    flow.secrets["telegram"] = { bots: { telegram: { token: "5001:ABCdef_simulated", secretToken: "what-it-says" } } };
    const answer = JSON.stringify({
      ok: true,
      result: { file_id: earlier.providerId, file_path: "photos/file_1.png" },
    });
    flow.network.next.push(async () => ({ status: 200, headers: {}, body: answer }));
    const at = "https://api.telegram.org/file/bot5001:ABCdef_simulated/photos/file_1.png";
    flow.media.files.set(at, { bytes: png, contentType: "image/png" });
    expect(await run([deliveryOf()], flow.app)).toEqual([]);
    expect(await fileOf(flow)).toMatchObject({ contentType: "image/png", bytes: png.length });
    expect((await fileOf(flow))?.problem).toBeUndefined();
  });

  it("for a fault of our own says so in its message in the end, and waits for a person", async () => {
    const { flow } = await received();
    flow.media.next.push(() => Promise.reject(new Error("AccessDenied: s3:PutObject")));
    expect(await run([deliveryOf(limits.maxMediaReceives)], flow.app)).toEqual([]);
    const { problem } = (await fileOf(flow))!;
    expect(problem).toMatch(/an operator/);
    expect(problem).not.toContain("AccessDenied");
    expect((await flow.stores.parked.list({ limit: 10 })).items).toMatchObject([{ kind: "media", reason: problem }]);
  });

  it("keeps none of the others from coming", async () => {
    const { flow } = await received();
    flow.media.next.push(() => Promise.reject(new Error("something else")));
    flow.media.files.set(url, { bytes: png, contentType: "image/png" });
    expect(await run([deliveryOf(1), deliveryOf(2)], flow.app)).toEqual(["q-1"]);
    expect(await fileOf(flow)).toMatchObject({ contentType: "image/png" });
  });
});

describe("a message that is erased", () => {
  it("has nothing fetched for it", async () => {
    const flow = createFlow();
    expect(await run([deliveryOf()], flow.app)).toEqual([]);
    expect(flow.media.fetched).toEqual([]);
  });

  it("while its file comes leaves nothing in the bucket, though the process died in between", async () => {
    const { flow } = await received();
    flow.media.next.push(async () => {
      await flow.stores.messages.remove(messageId);
      return { bytes: png, contentType: "image/png" };
    });
    await run([deliveryOf()], flow.app);
    expect(objectsOf(flow)).toEqual([]);

    const other = await received();
    const { setMedia } = other.flow.stores.messages;
    other.flow.media.files.set(url, { bytes: png, contentType: "image/png" });
    other.flow.stores.messages.setMedia = () => Promise.reject(new Error("died"));
    expect(await run([deliveryOf()], other.flow.app)).toEqual(["q-1"]);
    expect(objectsOf(other.flow)).toHaveLength(1);
    other.flow.stores.messages.setMedia = setMedia;
    await other.flow.stores.messages.remove(messageId);
    await run([deliveryOf(2)], other.flow.app);
    expect(objectsOf(other.flow)).toEqual([]);
  });
});
