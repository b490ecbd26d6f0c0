import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { InvalidInbound } from "../../../../infra/local/providers/ports.ts";
import { telegram } from "../../../../shared/channels/telegram/index.ts";
import { HttpOutcomeUnknown } from "../../../../shared/ports/http.ts";
import { customer, inbox, secret, token } from "../../../channels/telegram/samples.ts";
import { World } from "./world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => {
  world.close();
});

const picture = { contentType: "image/jpeg", bytes: Uint8Array.of(255, 216, 255, 1) };

describe("what a customer does", () => {
  it("comes as a message of theirs", async () => {
    expect(await world.does({ text: "Hello", name: "Ada" })).toStrictEqual([
      { providerId: `${customer}:101`, status: 200 },
    ]);
    expect(world.parsed()).toMatchObject([
      { providerId: `${customer}:101`, from: customer, inboxId: inbox.id, text: "Hello", senderName: "Ada" },
    ]);
  });

  it("comes with a picture that only our token opens", async () => {
    await world.does({ text: "Look", media: [picture] });
    const [message] = world.parsed();
    expect(message).toMatchObject({ text: "Look", media: [{ contentType: "image/jpeg", bytes: 4 }] });
    const [file] = (message as { media: { contentType: string; providerId: string }[] }).media;
    const { url } = await telegram.media!.locate(file!, { inbox, secret }, world.ports);
    expect(await world.telegram.handle({ method: "GET", url, headers: {} })).toMatchObject({
      status: 200,
      bytes: picture.bytes,
    });
    const foreign = url.replace(token, "7000000001:another");
    expect(await world.telegram.handle({ method: "GET", url: foreign, headers: {} })).toMatchObject({ status: 404 });
  });

  it("comes as an album: a message each, the words on the first", async () => {
    await world.does({ text: "All of it", media: [picture, picture, picture] });
    expect(world.parsed()).toMatchObject([{ text: "All of it" }, { text: "" }, { text: "" }]);
    expect(new Set(world.parsed().map((each) => (each as { providerId: string }).providerId)).size).toBe(3);
  });

  it("comes as a place, a contact, an answer, a reaction and a change", async () => {
    const [{ providerId } = expect.fail("no message")] = await world.does({ text: "One" });
    await world.does({ location: { latitude: 52.5, longitude: 13.4 } });
    await world.does({ contact: { phoneNumber: "+4915550100999", firstName: "Max" } });
    await world.does({ text: "Two", replyTo: providerId });
    await world.does({ reaction: { providerId, emoji: "❤" } });
    await world.does({ reaction: { providerId, emoji: null } });
    await world.does({ edits: providerId, text: "Three" });
    expect(world.parsed().slice(1)).toMatchObject([
      { text: "geo:52.5,13.4" },
      { text: "Max\n+4915550100999" },
      { text: "Two", context: { kind: "reply", providerId } },
      { text: "❤", context: { kind: "reaction", providerId }, isQuiet: true },
      { kind: "ignored", reason: "a reaction was taken back" },
      { text: "Three", context: { kind: "edit", providerId } },
    ]);
  });

  it.each([
    [{ text: "" }, /text: /],
    [{ replyTo: `${customer}:7`, text: "x" }, /:7 is no message/],
    [{ button: "Yes" }, /no button "Yes"/],
    [{ media: Array.from({ length: 11 }, () => picture) }, /album has 10/],
  ])("is refused where nobody can: %j", async (action, words) => {
    await expect(world.does(action)).rejects.toThrow(InvalidInbound);
    await expect(world.does(action)).rejects.toThrow(words);
    expect(world.requests).toHaveLength(0);
  });

  it("comes again while the router does not take it, as the same", async () => {
    world.reply = (count) => (count < 3 ? 500 : 200);
    expect(await world.does({ text: "Hello" })).toMatchObject([{ status: 500 }]);
    await world.clock.advance(60_000);
    expect(world.parsed()).toHaveLength(3);
    expect(new Set(world.parsed().map((each) => JSON.stringify(each))).size).toBe(1);
    await world.clock.advance(3_600_000);
    expect(world.requests).toHaveLength(3);
  });
});

describe("what a bot sends", () => {
  beforeEach(async () => {
    await world.does({ text: "Hello" });
  });

  it("is with the customer at once, buttons and all, and they can press one", async () => {
    expect(await world.send({ quickReplies: ["Yes", "No"] })).toStrictEqual({
      outcome: "sent",
      providerId: `${customer}:102`,
    });
    expect(world.telegram.outbox({ channel: "telegram", to: customer })).toStrictEqual([
      {
        channel: "telegram",
        from: inbox.address,
        to: customer,
        text: "It is on its way – 10 €",
        subject: null,
        headers: {},
        providerId: `${customer}:102`,
        at: "2026-11-04T10:00:00.000Z",
        buttons: ["Yes", "No"],
      },
    ]);
    await world.does({ button: "Yes" });
    expect(world.parsed().at(-1)).toMatchObject({ text: "Yes" });
    expect(world.telegram.outbox({ channel: "sms" })).toStrictEqual([]);
    expect(world.telegram.outbox({ to: "5" })).toStrictEqual([]);
  });

  it("is fetched by its link and shown to the customer", async () => {
    const url = "https://messages.example.com/files/abc";
    world.files.set(url, picture);
    const file = { url, contentType: "image/jpeg", bytes: 4, name: "a.jpg", read: async () => undefined };
    await world.send({ text: "Look", media: [file] });
    const [{ media: [shown] = [] } = {}] = world.telegram.outbox();
    expect(shown).toStrictEqual({
      contentType: "image/jpeg",
      url: expect.stringMatching(/^\/sim\/files\/telegram\/AgAC/),
    });
    expect(world.telegram.file(shown!.url.split("/").at(-1)!)).toMatchObject(picture);
    const missing = { ...file, url: "https://messages.example.com/files/gone" };
    expect(await world.send({ media: [missing] })).toMatchObject({ error: { code: "file-not-taken" } });
    const pdf = { ...file, contentType: "application/pdf" };
    expect(await world.send({ media: [pdf] })).toMatchObject({ error: { code: "file-not-taken" } });
  });

  it("is refused to whom never wrote, and to whom blocked the bot, until they write again", async () => {
    expect(await world.send({ to: "5" })).toMatchObject({ error: { code: "unknown-chat" } });
    await world.does({ blocks: true });
    expect(await world.send()).toMatchObject({ error: { code: "blocked", consequence: "shut-out" } });
    await world.does({ text: "Again" });
    expect(await world.send()).toMatchObject({ outcome: "sent" });
  });

  it.each([
    [{ text: "x".repeat(4_097) }, "too-long"],
    [{ text: " " }, "empty"],
  ])("is refused for what it is: %#", async (change, code) => {
    expect(await world.send(change)).toMatchObject({ outcome: "refused", error: { code } });
  });

  it("waits as long as it is told to", async () => {
    world.telegram.behaviour.throttledCalls = 1;
    expect(await world.send()).toMatchObject({ outcome: "notSent", retryAfterMs: 3_000 });
    expect(await world.send()).toMatchObject({ outcome: "sent" });
  });

  it("may be with the customer although nobody said so", async () => {
    world.telegram.behaviour.acceptsThenTimesOut = 1;
    expect(await world.send()).toMatchObject({ outcome: "unknown" });
    expect(world.telegram.outbox()).toHaveLength(1);
    world.telegram.behaviour.acceptsThenTimesOut = 1;
    const call = {
      method: "POST",
      url: `https://api.telegram.org/bot${token}/getChat`,
      headers: {},
      body: "{}",
    } as const;
    expect(await world.telegram.handle(call)).toMatchObject({ status: 404 });
    await expect(
      world.telegram.handle({ ...call, url: call.url.replace("getChat", "sendMessage"), body: body("hi") }),
    ).rejects.toThrow(HttpOutcomeUnknown);
  });

  it("is refused on request, and by parameters that are not imitated", async () => {
    world.telegram.behaviour.refuseWith = "PEER_ID_INVALID";
    expect(await world.send()).toMatchObject({ error: { code: "unknown-chat" } });
    const url = `https://api.telegram.org/bot${token}/sendMessage`;
    const odd = JSON.stringify({ chat_id: Number(customer), text: "x", parse_mode: "HTML" });
    const answer = await world.telegram.handle({ method: "POST", url, headers: {}, body: odd });
    expect(answer).toMatchObject({ status: 400, body: expect.stringContaining("parse_mode") });
  });
});

const body = (text: string): string => JSON.stringify({ chat_id: Number(customer), text });

describe("a process that ends", () => {
  it("is followed by one that knows all, and tells what was not told", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "switchyard-telegram-"));
    const file = path.join(folder, "providers.sqlite");
    const first = new World(file);
    first.reply = () => 500;
    await first.does({ text: "Hello" });
    await first.send();
    first.close();
    const second = new World(file);
    second.telegram.resume();
    await second.clock.advance(0);
    expect(second.parsed()).toMatchObject([{ text: "Hello" }]);
    expect(second.telegram.outbox()).toHaveLength(1);
    second.close();
    rmSync(folder, { recursive: true });
  });
});
