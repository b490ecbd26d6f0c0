import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SendRequest } from "../../../../shared/channels/channel.ts";
import { HttpNotSent, HttpOutcomeUnknown } from "../../../../shared/ports/http.ts";
import { contentSid, customer, main, whatsApp, World } from "./world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => {
  world.close();
});

describe("a webhook that fails, where there is a fallback", () => {
  const fallbackPath = "/webhooks/twilio/messages?fallback=1";
  const failing = (outcome: number | Error): void => {
    world.close();
    world = new World({ fallbackPath });
    world.reply = ({ rawQuery }) => {
      if (rawQuery === "fallback=1") return 200;
      if (typeof outcome === "number") return outcome;
      throw outcome;
    };
  };

  it.each([
    ["an error", 500, "11200"],
    ["no answer", new HttpOutcomeUnknown("time-out"), "11200"],
    ["no connection", new HttpNotSent("refused"), "11205"],
  ])(
    "goes there after %s: signed for that address, as the same message, with what went wrong",
    async (_, outcome, code) => {
      failing(outcome);
      const { sid, status } = await world.text("hello");
      expect(status).toBe(200);
      const last = world.requests.at(-1)!;
      expect(Object.fromEntries(new URLSearchParams(last.body))).toMatchObject({
        MessageSid: sid,
        ErrorCode: code,
        ErrorUrl: "https://messages.example.com/webhooks/twilio/messages",
      });
      expect(world.parsed().at(-1)).toMatchObject({ kind: "message", providerId: sid, text: "hello" });
    },
  );

  it("stays where it is after a good answer", async () => {
    failing(204);
    await world.text("hello");
    expect(world.requests).toHaveLength(1);
  });
});

describe("a request to send", () => {
  it("may be accepted before the connection is cut", async () => {
    world.twilio.behaviour.acceptsThenTimesOut = 1;
    expect(await world.send("hello")).toMatchObject({ outcome: "unknown" });
    expect(await world.send("again")).toMatchObject({ outcome: "sent" });
    await world.clock.advance(1_000);
    expect(world.twilio.outbox().map(({ text }) => text)).toStrictEqual(["hello", "again"]);
  });

  const file = {
    url: "https://messages.example.com/files/a",
    contentType: "image/png",
    bytes: 4,
    name: "a.png",
    read: async () => undefined,
  };
  const template = { id: "parcel", name: contentSid, language: "en", parameters: ["42", "today"] };

  it.each<[string, string, Partial<SendRequest>]>([
    ["a text", main, {}],
    ["a picture", main, { text: "", media: [file] }],
    ["WhatsApp", whatsApp, {}],
    ["a template on WhatsApp", whatsApp, { text: "Your parcel 42 comes today.", template }],
  ])(
    "is found by look-up where its answer was cut off, and absent where it was never taken: %s",
    async (_, from, change) => {
      world.files.set(file.url, { contentType: "image/png", bytes: Uint8Array.of(1, 2, 3, 4) });
      await world.text("Hello?", { to: from });
      world.twilio.behaviour.acceptsThenTimesOut = 1;
      expect(await world.send("hello", from, change)).toMatchObject({ outcome: "unknown" });
      await world.clock.advance(100);
      expect(await world.lookUp("hello", from, change)).toMatchObject({ outcome: "found" });
      const never = { media: [], text: "another", isTaken: async () => true };
      expect(await world.lookUp("another", from, never)).toStrictEqual({ outcome: "absent" });
    },
  );

  it("may be refused, as it is told", async () => {
    world.twilio.behaviour.refuseWith = { status: 400, code: 21408 };
    expect(await world.send("hello")).toMatchObject({ outcome: "refused", error: { code: "region-not-allowed" } });
    await world.clock.advance(1_000);
    expect(world.twilio.outbox()).toStrictEqual([]);
  });
});

describe("words that stop and start", () => {
  it("are answered by Twilio itself where that is on, and by nobody's request", async () => {
    await world.text("STOP");
    await world.clock.advance(1_000);
    expect(world.twilio.outbox()).toStrictEqual([]);
    world.close();
    world = new World({ answersKeywords: true });
    for (const word of ["stop", "start", "help", "hello"]) await world.text(word);
    await world.clock.advance(1_000);
    expect(world.twilio.outbox({ to: customer })).toMatchObject([{ from: main }, { from: main }, { from: main }]);
    expect(world.statuses()).toStrictEqual([]);
  });
});
