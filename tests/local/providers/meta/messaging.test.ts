import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { InvalidInbound } from "../../../../infra/local/providers/ports.ts";
import type { InboundMessage } from "../../../../shared/core/message.ts";
import { HttpOutcomeUnknown } from "../../../../shared/ports/http.ts";
import { sendId } from "../../../channels/samples.ts";
import { subjects, World } from "./messaging-world.ts";
import { hourMs, startMs } from "./world.ts";

const picture = { contentType: "image/png", bytes: Uint8Array.of(137, 80, 78, 71), name: "wheel.png" };
const link = {
  url: "https://messages.example.com/files/token",
  contentType: "image/png",
  bytes: 4,
  name: "wheel.png",
  read: async () => undefined,
};

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => {
  world.close();
});

describe.each(subjects)("a customer of $name", (side) => {
  const { name, channel, subject } = side;
  const inbox = { from: subject.customer, inboxId: subject.inbox.id, accountId: subject.inbox.address };
  const providerTime = new Date(startMs).toISOString();
  const last = (): InboundMessage => world.parsed().at(-1) as InboundMessage;

  it("writes, and the webhook is signed; the router's status comes back", async () => {
    world.reply = () => 202;
    const { providerId, status } = await world.does(side, { text: "Wo ist mein Rad? 🚲" });
    expect(status).toBe(202);
    const text = "Wo ist mein Rad? 🚲";
    expect(world.parsed()).toStrictEqual([
      { kind: "message", channel: name, ...inbox, providerId, text, media: [], providerTime },
    ]);
  });

  it("sends pictures that lie on Meta's machines, for whoever has the link", async () => {
    await world.does(side, { text: "Look", media: [picture, picture] });
    const { text, media } = last();
    expect({ text, kinds: media.map(({ contentType }) => contentType) }).toStrictEqual({
      text: "Look",
      kinds: ["image/*", "image/*"],
    });
    for (const file of media) {
      const { url, headers } = await channel.media!.locate(file, { inbox: subject.inbox, secret: null }, world.ports);
      expect(channel.media!.hosts.some((host) => new URL(url).hostname.endsWith(host.slice(1)))).toBe(true);
      const answer = await world.meta.handle({ method: "GET", url, headers });
      expect(answer).toStrictEqual({ status: 200, headers: { "content-type": "image/png" }, bytes: picture.bytes });
      const changed = url.replace(/.$/, (digit) => (digit === "0" ? "1" : "0"));
      expect(await world.meta.handle({ method: "GET", url: changed, headers })).toMatchObject({ status: 403 });
    }
  });

  it("answers, reacts, presses buttons, edits, and comes by an advertisement", async () => {
    const { providerId } = await world.does(side, { text: "Hello" });
    const about = (context: object) => ({ kind: "message", ...inbox, context });
    await world.does(side, { text: "That one", replyTo: providerId });
    expect(last()).toMatchObject(about({ kind: "reply", providerId }));
    await world.does(side, { reaction: { providerId, emoji: "👍" } });
    expect(last()).toMatchObject({ ...about({ kind: "reaction", providerId }), text: "👍", isQuiet: true });
    await world.does(side, { reaction: { providerId, emoji: null } });
    expect(last()).toMatchObject({ kind: "ignored" });
    await world.does(side, { postback: { title: "Opening hours", payload: "HOURS" } });
    expect(last()).toMatchObject({ ...about({ kind: "choice", choiceId: "HOURS" }), text: "Opening hours" });
    await world.does(side, { edits: providerId, text: "Hello!" });
    expect(last()).toMatchObject({ ...about({ kind: "edit", providerId }), text: "Hello!" });
    await world.does(side, { text: "How much?", advertisement: "Wheels in spring" });
    expect(last()).toMatchObject(about({ kind: "referral", note: "Wheels in spring" }));
    await world.does(side, { location: { latitude: 52.52, longitude: 13.405, title: "The shop" } });
    expect(last()).toMatchObject({ text: "The shop\ngeo:52.52,13.405" });
  });

  it("chooses one of the answers that were offered last, and no other", async () => {
    await world.does(side, { text: "Hello" });
    await world.send(side, { quickReplies: ["Yes", "No"] });
    await world.clock.advance(1_000);
    expect(world.meta.outbox({ channel: name })).toMatchObject([{ buttons: ["Yes", "No"] }]);
    await expect(world.does(side, { quickReply: "Maybe" })).rejects.toThrow(/^quickReply: /);
    await world.does(side, { quickReply: "Yes" });
    expect(last()).toMatchObject({ text: "Yes", context: { kind: "choice", choiceId: "Yes" } });
    await expect(world.does(side, { quickReply: "Yes" })).rejects.toThrow(/^quickReply: /);
  });

  it("reads what has arrived, and others may not see it", async () => {
    await expect(world.does(side, { reads: true })).rejects.toThrow(/^reads: /);
    await world.does(side, { text: "Hello" });
    const sent = await world.send(side);
    await world.clock.advance(1_000);
    const { providerId } = await world.does(side, { reads: true });
    expect(sent).toStrictEqual({ outcome: "sent", providerId });
    const byTime = { channel: name, inboxId: subject.inbox.id, address: subject.customer };
    const upTo = new Date(startMs + 1_000).toISOString();
    expect(world.parsed().at(-1)).toStrictEqual({
      kind: "status",
      of: name === "messenger" ? { ...byTime, upTo } : { channel: name, providerId, isLast: true },
      status: "read",
    });
    const told = world.requests.length;
    world.meta.behaviour.readReceipts = false;
    await world.does(side, { reads: true });
    expect(world.requests).toHaveLength(told);
  });

  it.each([
    ["nowhere", { to: "1" }, /^to: /],
    ["as nobody", { from: "somebody" }, /^from: /],
    ["nothing", { text: "" }, /^text: /],
    ["to what is not there", { text: "a", replyTo: "m_none" }, /m_none/],
    ["a change to nothing", { edits: "m_none", text: "a" }, /m_none/],
  ])("can't write %s", async (_, action, message) => {
    await expect(world.does(side, action)).rejects.toThrow(InvalidInbound);
    await expect(world.does(side, action)).rejects.toThrow(message);
    expect(world.requests).toHaveLength(0);
  });

  it("is told of again where the router does not take it", async () => {
    world.reply = (count) => (count === 1 ? 500 : 200);
    const { status } = await world.does(side, { text: "Hello" });
    expect(status).toBe(500);
    await world.clock.advance(2_000);
    const [first, again] = world.parsed();
    expect(again).toStrictEqual(first);
    await world.clock.advance(24 * hourMs);
    expect(world.requests).toHaveLength(2);
  });
});

describe("Instagram's customer", () => {
  const [, side] = subjects;

  it("answers a story, names us in one, and takes a message back", async () => {
    const url = "https://scontent.cdninstagram.com/story.jpg";
    const { providerId } = await world.does(side!, { text: "Still there?", storyReply: url });
    await world.does(side!, { storyMention: url });
    await world.does(side!, { unsends: providerId });
    expect(world.parsed()).toMatchObject([
      { text: "Still there?", context: { kind: "story-reply", url } },
      { text: "", context: { kind: "story-mention", url }, media: [] },
      { text: "", context: { kind: "deletion", providerId }, isQuiet: true },
    ]);
    await expect(world.does(side!, { unsends: providerId })).rejects.toThrow(InvalidInbound);
  });

  it("can do so there alone", async () => {
    const { providerId } = await world.does(subjects[0]!, { text: "Hello" });
    await expect(world.does(subjects[0]!, { unsends: providerId })).rejects.toThrow(/^unsends: /);
  });
});

describe.each(subjects)("a message to a customer of $name", (side) => {
  const { name, subject } = side;
  beforeEach(async () => {
    await world.does(side, { text: "Hello" });
    world.requests.length = 0;
  });
  const providerIdOf = async () => (await world.send(side)) as { outcome: "sent"; providerId: string };

  it("is echoed with our id, and arrives", async () => {
    const { providerId } = await providerIdOf();
    expect(world.meta.outbox({ channel: name })).toStrictEqual([]);
    await world.clock.advance(1_000);
    const echo = { kind: "status", of: { sendId, providerId }, status: "sent" };
    const delivery = { kind: "status", of: { channel: name, providerId }, status: "delivered" };
    expect(world.parsed()).toStrictEqual(name === "messenger" ? [echo, delivery] : [echo]);
    const item = {
      channel: name,
      from: subject.inbox.address,
      to: subject.customer,
      text: "It is on its way – 10 €",
      subject: null,
      headers: {},
      providerId,
      at: "2026-11-04T10:00:00.120Z",
    };
    expect(world.meta.outbox({ channel: name, to: subject.customer })).toStrictEqual([item]);
    expect(world.meta.outbox({ to: "1" })).toStrictEqual([]);
    expect(world.meta.outbox({ channel: "whatsapp" })).toStrictEqual([]);
  });

  it("is reported in other orders, twice, or never", async () => {
    const statuses = async (statusOrder: World["meta"]["behaviour"]["statusOrder"]) => {
      world.meta.behaviour.statusOrder = statusOrder;
      world.requests.length = 0;
      await world.send(side);
      await world.clock.advance(1_000);
      return world.parsed().map((event) => event.kind === "status" && event.status);
    };
    const [sent, delivered] = ["sent", ...(name === "messenger" ? ["delivered"] : [])];
    expect(await statuses("reversed")).toStrictEqual([delivered, sent].filter(Boolean));
    expect(await statuses("duplicated")).toStrictEqual([sent, sent, delivered, delivered].filter(Boolean));
    expect(await statuses("withheld")).toStrictEqual([]);
  });

  it("takes a file from our link, and shows it to the customer", async () => {
    world.files.set(link.url, picture);
    expect(await world.send(side, { text: "", media: [link] })).toMatchObject({ outcome: "sent" });
    await world.clock.advance(1_000);
    const [item] = world.meta.outbox({ channel: name });
    const [file] = item?.media ?? [];
    expect(file).toStrictEqual({
      contentType: "image/png",
      url: expect.stringMatching(/^\/sim\/files\/meta\/\d{16}$/),
    });
    expect(world.meta.file(file!.url.split("/").at(-1)!)).toMatchObject({ bytes: picture.bytes });
  });

  it.each([
    ["that is not there", undefined, "file-not-fetched"],
    ["of another type", { ...picture, contentType: "text/html" }, "file-not-taken"],
    ["that is too large", { ...picture, bytes: new Uint8Array(9 * 1024 * 1024) }, "file-too-large"],
  ])("is refused with a file %s", async (_, file, code) => {
    if (file) world.files.set(link.url, file);
    expect(await world.send(side, { text: "", media: [link] })).toMatchObject({ outcome: "refused", error: { code } });
  });

  it("goes for 24 hours, and for 7 days from a person", async () => {
    await world.clock.advance(24 * hourMs);
    expect(await world.send(side)).toMatchObject({ outcome: "sent" });
    await world.clock.advance(hourMs);
    const closed = { outcome: "refused", error: { code: "window-closed" } };
    expect(await world.send(side)).toMatchObject(closed);
    expect(await world.send(side, { asHumanAgent: true })).toMatchObject({ outcome: "sent" });
    await world.clock.advance(6 * 24 * hourMs);
    expect(await world.send(side, { asHumanAgent: true })).toMatchObject(closed);
    await world.does(side, { text: "Hello again" });
    expect(await world.send(side)).toMatchObject({ outcome: "sent" });
  });

  it("is refused where they block us, and where nobody is by that id", async () => {
    world.meta.messaging.block(subject.customer, subject.inbox.address);
    expect(await world.send(side)).toMatchObject({ outcome: "refused", error: { code: "unavailable" } });
    world.meta.messaging.block(subject.customer, subject.inbox.address, false);
    expect(await world.send(side)).toMatchObject({ outcome: "sent" });
    expect(await world.send(side, { to: "4711" })).toMatchObject({
      outcome: "refused",
      error: { code: "unknown-address" },
    });
  });

  it("is refused where it is longer than the channel takes", async () => {
    const { maxCharacters } = side.channel.capabilities.text;
    expect(await world.send(side, { text: "x".repeat(maxCharacters) })).toMatchObject({ outcome: "sent" });
    expect(await world.send(side, { text: "x".repeat(maxCharacters + 1) })).toMatchObject({ outcome: "refused" });
    expect(await world.send(side, { text: " " })).toMatchObject({ outcome: "refused" });
    const fourteen = Array.from({ length: 14 }, (_, index) => `Answer ${index}`);
    expect(await world.send(side, { quickReplies: fourteen })).toMatchObject({ outcome: "refused" });
  });

  it("waits where the app asks too much, or has no token", async () => {
    world.meta.behaviour.throttledCalls = 1;
    expect(await world.send(side)).toMatchObject({ outcome: "notSent", retryAfterMs: 5_000 });
    const secret = { appSecret: "a", verifyToken: "v", accessTokens: { [subject.inbox.address]: "expired" } };
    expect(await world.send(side, { secret })).toMatchObject({ outcome: "notSent", error: { code: "credentials" } });
  });

  it("is found by its echo or in the list where the answer to it was lost", async () => {
    world.meta.behaviour.acceptsThenTimesOut = 1;
    expect(await world.send(side)).toMatchObject({ outcome: "unknown" });
    await world.clock.advance(50_000);
    const [item] = world.meta.outbox({ channel: name });
    expect(await world.lookUp(side)).toStrictEqual({ outcome: "found", providerId: item!.providerId, status: "sent" });
    expect(await world.lookUp(side, { text: "Never sent", isTaken: async () => true })).toStrictEqual({
      outcome: "absent",
    });
    expect(world.parsed()[0]).toMatchObject({ of: { sendId, providerId: item!.providerId } });
  });
});

describe("the simulated Messenger Platform", () => {
  const [side] = subjects;

  it("refuses parameters that it does not imitate, by name", async () => {
    await world.does(side!, { text: "Hello" });
    const call = (body: unknown) =>
      world.meta.handle({
        method: "POST",
        url: `https://graph.facebook.com/v23.0/${side!.subject.inbox.address}/messages`,
        headers: { authorization: "Bearer token-of-the-page" },
        body: JSON.stringify(body),
      });
    const message = { text: "Hi" };
    const recipient = { id: side!.subject.customer };
    const named = async (body: unknown) => JSON.stringify(await call(body));
    expect(await named({ recipient, messaging_type: "RESPONSE", message, sender_action: "typing_on" })).toMatch(
      /sender_action/,
    );
    expect(await named({ recipient, message })).toMatch(/messaging_type/);
    expect(await named({ messaging_type: "RESPONSE", message })).toMatch(/recipient/);
    expect(await named({ recipient, messaging_type: "RESPONSE", tag: "HUMAN_AGENT", message })).toMatch(/tag/);
    expect(await named({ recipient, messaging_type: "RESPONSE", message: {} })).toMatch(/text or an attachment/);
    expect(
      await named({ recipient, messaging_type: "RESPONSE", message: { text: "Hi", metadata: "x".repeat(1_000) } }),
    ).toMatch(/metadata/);
    await expect(call({ recipient, messaging_type: "RESPONSE", message })).resolves.toMatchObject({ status: 200 });
  });

  it("cuts the connection after it took the message", async () => {
    await world.does(side!, { text: "Hello" });
    world.meta.behaviour.acceptsThenTimesOut = 1;
    const call = {
      method: "POST" as const,
      url: "https://graph.facebook.com/v23.0/me/messages",
      headers: { authorization: "Bearer token-of-the-page" },
      body: JSON.stringify({
        recipient: { id: side!.subject.customer },
        messaging_type: "RESPONSE",
        message: { text: "Hi" },
      }),
    };
    await expect(world.meta.handle(call)).rejects.toThrow(HttpOutcomeUnknown);
    await world.clock.advance(1_000);
    expect(world.meta.outbox({ channel: "messenger" })).toHaveLength(1);
  });

  it("goes on after a restart with what it had accepted", async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "switchyard-messaging-"));
    try {
      world.close();
      world = new World({ file: path.join(folder, "providers.sqlite") });
      await world.does(side!, { text: "Hello" });
      await world.send(side!);
      world.close();
      world = new World({ file: path.join(folder, "providers.sqlite"), nowMs: startMs + 1 });
      world.meta.resume();
      await world.clock.advance(1_000);
      expect(world.parsed().map((event) => event.kind === "status" && event.status)).toStrictEqual([
        "sent",
        "delivered",
      ]);
      expect(world.meta.outbox()).toHaveLength(1);
    } finally {
      world.close();
      world = new World();
      rmSync(folder, { recursive: true });
    }
  });
});
