import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { InvalidInbound } from "../../../../infra/local/providers/ports.ts";
import { whatsapp } from "../../../../shared/channels/whatsapp/index.ts";
import { accessToken, customer, inbox, phoneNumberId, secret, userId } from "../../../channels/whatsapp/samples.ts";
import { sendId } from "../../../channels/samples.ts";
import { link, World } from "./whatsapp-world.ts";
import { hourMs, startMs } from "./world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => world.close());

const picture = { contentType: "image/jpeg", bytes: Uint8Array.of(0xff, 0xd8, 0xff, 1) };
const outbox = () => world.meta.outbox({ channel: "whatsapp", to: customer });

describe("what customers do", () => {
  it("reaches the router signed, as Meta writes it: who, when and what", async () => {
    const [told] = await world.does({ text: "Größe 42? 🙂", name: "Ada" });
    expect(told?.status).toBe(200);
    expect(world.requests[0]!.body).toMatch(/^[\x20-\x7e]+$/);
    expect(world.messages()).toMatchObject([
      {
        providerId: told?.providerId,
        from: customer,
        aliases: [expect.stringMatching(/^US\.\d{20}$/)],
        senderName: "Ada",
        inboxId: inbox.id,
        text: "Größe 42? 🙂",
        providerTime: "2026-11-04T10:00:00.000Z",
      },
    ]);
  });

  it("is each of the kinds that WhatsApp has", async () => {
    const [first] = await world.does({ text: "first" });
    const about = first!.providerId;
    await world.does({ location: { latitude: 52.5, longitude: 13.4, name: "Office" } });
    await world.does({ contact: { name: "Grace", phone: "+1 555" } });
    await world.does({ text: "to that", replyTo: about });
    await world.does({ reaction: { providerId: about, emoji: "👍" } });
    await world.does({ reaction: { providerId: about, emoji: null } });
    await world.does({ edits: about, text: "first, mended" });
    await world.does({ deletes: about });
    await world.does({ text: "by an ad", referral: { headline: "Tea", sourceUrl: "https://fb.me/1" } });
    expect(
      world.parsed().map((event) => (event.kind === "message" ? (event.context?.kind ?? event.text) : event.kind)),
    ).toEqual([
      "first",
      "Office\ngeo:52.5,13.4",
      "Grace: +1 555",
      "reply",
      "reaction",
      "ignored",
      "edit",
      "deletion",
      "referral",
    ]);
  });

  it("comes from a user id where they share no number, and is answered there", async () => {
    await world.does({ from: userId, text: "hello" });
    expect(world.messages()).toMatchObject([{ from: userId, text: "hello" }]);
    await world.send({ to: userId });
    await world.clock.advance(1_000);
    expect(world.meta.outbox({ to: userId })).toHaveLength(1);
    expect(world.statuses().map(({ status }) => status)).toEqual(["sent", "delivered", "read"]);
  });

  it("goes on under another number, which WhatsApp tells with the id before and after", async () => {
    await world.does({ text: "from the old one" });
    const before = world.messages()[0]!.aliases![0];
    await world.does({ newNumber: "+15550100007" });
    await world.does({ from: "+15550100007", text: "from the new one" });
    const [, byNotice, byUserId, after] = world.messages();
    expect(byNotice).toMatchObject({ from: "+15550100007", isQuiet: true, context: { kind: "address-change" } });
    expect(byNotice!.aliases).toEqual(expect.arrayContaining([customer, before]));
    expect(byNotice!.leaves).toEqual([customer]);
    expect(byUserId!.aliases).toEqual([before, after!.aliases![0]]);
    expect(byUserId!.leaves).toBeUndefined();
  });

  it("gives a picture that only our token gets, for five minutes", async () => {
    await world.does({ media: [picture], text: "look" });
    const [message] = world.messages();
    expect(message).toMatchObject({ text: "look", media: [{ contentType: "image/jpeg" }] });
    const { url, headers } = await whatsapp.media!.locate(message!.media[0]!, { inbox, secret }, world.ports);
    const fetch = (given: Record<string, string>) => world.meta.handle({ method: "GET", url, headers: given });
    expect(await fetch(headers)).toMatchObject({ status: 200, bytes: picture.bytes });
    expect(await fetch({})).toMatchObject({ status: 401 });
    await world.clock.advance(6 * 60_000);
    expect(await fetch(headers)).toMatchObject({ status: 404 });
  });

  it("makes ten pictures ten messages, told side by side", async () => {
    const told = await world.does({ media: Array.from({ length: 10 }, () => picture) });
    expect(new Set(told.map(({ providerId }) => providerId)).size).toBe(10);
    expect(world.messages().map(({ media }) => media.length)).toEqual(Array(10).fill(1));
  });

  it.each([
    [{ to: "999", text: "x" }, /to: 999/],
    [{ from: "4915", text: "x" }, /from: 4915/],
    [{}, /text/],
    [{ choice: { providerId: "none", title: "x" } }, /there is no message none/],
    [{ deletes: "none" }, /there is no message none/],
  ])("is nothing that no customer can do: %j", async (action, problem) => {
    await expect(world.does(action)).rejects.toThrow(problem);
    await expect(world.does(action)).rejects.toBeInstanceOf(InvalidInbound);
  });

  it("comes again until the router takes it", async () => {
    world.reply = (count) => (count < 3 ? 503 : 200);
    const [told] = await world.does({ text: "hello" });
    expect(told?.status).toBe(503);
    await world.clock.advance(60_000);
    expect(world.messages().map(({ providerId }) => providerId)).toEqual(Array(3).fill(told?.providerId));
    await world.clock.advance(hourMs);
    expect(world.requests).toHaveLength(3);
  });
});

describe("what we send", () => {
  beforeEach(async () => {
    await world.does({ text: "hello" });
    world.requests.length = 0;
  });

  it("arrives, and is reported on with our send id", async () => {
    const result = await world.send();
    await world.clock.advance(1_000);
    expect(result).toMatchObject({ outcome: "sent", providerId: expect.stringMatching(/^wamid\./) });
    expect(outbox()).toMatchObject([{ from: phoneNumberId, to: customer, text: "It is on its way – 10 €" }]);
    expect(world.statuses()).toMatchObject(["sent", "delivered", "read"].map((status) => ({ of: { sendId }, status })));
  });

  it.each([
    ["reversed", ["read", "delivered", "sent"]],
    ["duplicated", ["sent", "sent", "delivered", "delivered", "read", "read"]],
    ["withheld", []],
  ] as const)("is reported on in another order where that is asked for: %s", async (statusOrder, expected) => {
    world.meta.behaviour.statusOrder = statusOrder;
    await world.send();
    await world.clock.advance(1_000);
    expect(world.statuses().map(({ status }) => status)).toEqual(expected);
  });

  it("is reported on in one request where several events wait for each other", async () => {
    world.meta.behaviour.eventsPerRequest = 10;
    await world.send();
    await world.clock.advance(5_000);
    expect(world.requests).toHaveLength(1);
    expect(world.statuses().map(({ status }) => status)).toEqual(["sent", "delivered", "read"]);
  });

  it("fails after it was taken where the window has closed, unless it is a template", async () => {
    await world.clock.advance(25 * hourMs);
    expect(await world.send()).toMatchObject({ outcome: "sent" });
    const template = { id: "t", name: "order_update", language: "en", parameters: ["Ada", "7"] };
    expect(await world.send({ template, sendId: sendId.replace("0", "1") })).toMatchObject({ outcome: "sent" });
    await world.clock.advance(1_000);
    expect(world.statuses().find(({ status }) => status === "failed")).toMatchObject({
      of: { sendId },
      error: { code: "window-closed", providerCode: "131047" },
    });
    expect(outbox().map(({ text }) => text)).toEqual(["Hi Ada, your order 7 is here."]);
  });

  it.each([
    [{ name: "unknown", language: "en", parameters: [] }, "132001"],
    [{ name: "order_update", language: "de", parameters: ["Ada", "7"] }, "132001"],
    [{ name: "order_update", language: "en", parameters: ["Ada"] }, "132000"],
  ])("is refused at once where the template is not so: %j", async (template, providerCode) => {
    const result = await world.send({ template: { id: "t", ...template } });
    expect(result).toMatchObject({ outcome: "refused", error: { code: "template-refused", providerCode } });
  });

  it.each([
    ["a text that is too long", { text: "x".repeat(4097) }],
    ["no text", { text: "" }],
    ["a row that is too long", { quickReplies: ["x".repeat(25)] }],
    ["eleven rows", { quickReplies: Array.from({ length: 11 }, (_, index) => String(index)) }],
    ["somebody who is none", { to: "+1" }],
  ])("is refused with %s", async (_, change) => {
    expect(await world.send(change)).toMatchObject({ outcome: "refused" });
  });

  it.each([
    [["Yes", "No"], "Yes"],
    [["Monday", "Tuesday", "Wednesday", "Thursday"], "Thursday"],
  ])("offers %j, of which one comes back", async (quickReplies, title) => {
    await world.send({ quickReplies });
    await world.clock.advance(1_000);
    const [item] = outbox();
    expect(item?.buttons).toEqual(quickReplies);
    await world.does({ choice: { providerId: item!.providerId, title } });
    expect(world.messages()).toMatchObject([
      {
        text: title,
        context: { kind: "choice", choiceId: String(quickReplies.indexOf(title)), providerId: item!.providerId },
      },
    ]);
    await expect(world.does({ choice: { providerId: item!.providerId, title: "Never" } })).rejects.toThrow(/Never/);
  });

  it("brings a picture that WhatsApp fetches from our link", async () => {
    world.files.set(link, picture);
    await world.send({
      media: [{ url: link, contentType: "image/jpeg", bytes: 4, name: "p.jpg", read: async () => undefined }],
      text: "look",
    });
    await world.clock.advance(1_000);
    const [item] = outbox();
    expect(item).toMatchObject({ text: "look", media: [{ contentType: "image/jpeg" }] });
    expect(world.meta.file(item!.media![0]!.url.split("/").at(-1)!)).toMatchObject(picture);
  });

  it.each([
    ["there is none", undefined],
    ["it is of another type", { contentType: "image/gif", bytes: picture.bytes }],
    ["it is too large", { contentType: "image/jpeg", bytes: new Uint8Array(5_000_001) }],
  ])("fails after it was taken where the file can't be: %s", async (_, file) => {
    if (file) world.files.set(link, file);
    await world.send({
      media: [{ url: link, contentType: "image/jpeg", bytes: 4, name: "p.jpg", read: async () => undefined }],
      text: "",
    });
    await world.clock.advance(1_000);
    expect(world.statuses()).toMatchObject([{ status: "failed", error: { providerCode: "131053" } }]);
    expect(outbox()).toEqual([]);
  });

  it("is not taken above the rate limit, and says when to come again", async () => {
    world.meta.behaviour.throttledCalls = 1;
    expect(await world.send()).toMatchObject({
      outcome: "notSent",
      retryAfterMs: 5_000,
      error: { providerCode: "130429" },
    });
    expect(await world.send()).toMatchObject({ outcome: "sent" });
    await world.clock.advance(1_000);
    expect(outbox()).toHaveLength(1);
  });

  it("is taken although the answer is lost, and the report says so", async () => {
    world.meta.behaviour.acceptsThenTimesOut = 1;
    expect(await world.send()).toMatchObject({ outcome: "unknown" });
    await world.clock.advance(1_000);
    expect(outbox()).toHaveLength(1);
    expect(world.statuses()[0]).toMatchObject({ of: { sendId }, status: "sent" });
  });

  it("is refused, or fails, as it is told", async () => {
    world.meta.behaviour.refuseWith = { status: 400, code: 131031 };
    expect(await world.send()).toMatchObject({ outcome: "refused", error: { code: "account-restricted" } });
    world.meta.behaviour.refuseWith = null;
    world.meta.behaviour.undeliveredWith = 131026;
    await world.send();
    await world.clock.advance(1_000);
    expect(world.statuses()).toMatchObject([{ status: "failed", error: { consequence: "unreachable" } }]);
  });

  it("is taken with our token alone, and for numbers of ours", async () => {
    const url = `https://graph.facebook.com/v23.0/${phoneNumberId}/messages`;
    const call = { method: "POST" as const, url, body: "{}" };
    expect(await world.meta.handle({ ...call, headers: { authorization: "Bearer guessed" } })).toMatchObject({
      status: 401,
    });
    const headers = { authorization: `Bearer ${accessToken}` };
    expect(await world.meta.handle({ ...call, headers })).toMatchObject({ status: 400 });
    const elsewhere = { ...call, headers, url: "https://graph.facebook.com/v23.0/999/messages" };
    expect(await world.meta.handle(elsewhere)).toMatchObject({ status: 400 });
  });
});

describe("a restart", () => {
  it("goes on with what was accepted and not told yet", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "switchyard-meta-"));
    const file = path.join(folder, "meta.sqlite");
    const before = new World({ file });
    await before.does({ text: "hello" });
    await before.send();
    before.close();
    const after = new World({ file, nowMs: startMs + 60_000 });
    after.meta.resume();
    await after.clock.advance(1_000);
    expect(after.statuses().map(({ status }) => status)).toEqual(["sent", "delivered", "read"]);
    expect(after.meta.outbox()).toHaveLength(1);
    after.close();
    rmSync(folder, { recursive: true });
  });
});
