import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { InvalidInbound } from "../../../../infra/local/providers/ports.ts";
import { sms } from "../../../../shared/channels/sms/index.ts";
import { HttpNotSent, HttpOutcomeUnknown } from "../../../../shared/ports/http.ts";
import { accountSid, sendRequest } from "../../../channels/sms/samples.ts";
import { sendId } from "../../../channels/samples.ts";
import { customer, main, second, startMs, World } from "./world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => {
  world.close();
});

describe("a text from a phone", () => {
  it("reaches the webhook signed, and the router's status comes back", async () => {
    world.reply = () => 202;
    const { sid, status } = await world.text("Where is my parcel? 📦");
    expect(status).toBe(202);
    expect(world.parsed()).toStrictEqual([
      {
        kind: "message",
        channel: "sms",
        accountId: accountSid,
        providerId: sid,
        from: customer,
        inboxId: "sms-main",
        text: "Where is my parcel? 📦",
        media: [],
      },
    ]);
  });

  it.each([
    ["emoji only", "🙂🙂"],
    ["from right to left", "‏שלום"],
    ["100,000 characters in a line", "x".repeat(100_000)],
    ["nothing at all", ""],
  ])("keeps its text: %s", async (_, body) => {
    await world.text(body);
    expect(world.parsed()).toMatchObject([{ kind: "message", text: body }]);
  });

  it("is made well-formed, as a form can only carry that", async () => {
    await world.text("a\ud800b");
    expect(world.parsed()).toMatchObject([{ text: "a\ufffdb" }]);
  });

  it.each([
    [{ to: "+15550999999" }, /^to: /],
    [{ from: "nobody" }, /^from: /],
    [{ mediaUrls: Array.from({ length: 11 }, () => "https://example.com/a.png") }, /^mediaUrls: /],
  ])("is refused where no network would carry it: %j", async (change, message) => {
    await expect(world.text("hello", change)).rejects.toThrow(InvalidInbound);
    await expect(world.text("hello", change)).rejects.toThrow(message);
    expect(world.requests).toHaveLength(0);
  });

  it("can come again, as the same message", async () => {
    const { sid } = await world.text("hello");
    await world.twilio.redeliver(sid);
    const [first, again] = world.parsed();
    expect(again).toStrictEqual(first);
    await expect(world.twilio.redeliver("SM0")).rejects.toThrow(InvalidInbound);
  });
});

describe("a webhook that fails", () => {
  const failing = (overrides: string, outcomes: (number | Error)[]): World => {
    world.close();
    world = new World({ path: `/webhooks/twilio/messages${overrides}` });
    world.reply = (_, count) => {
      const outcome = outcomes[Math.min(count, outcomes.length) - 1]!;
      if (typeof outcome === "number") return outcome;
      throw outcome;
    };
    return world;
  };
  const noConnection = new HttpNotSent("refused");

  it.each([
    ["once more when it could not connect", "", [noConnection, 200], 2, 200],
    ["not a third time", "", [noConnection, noConnection, 200], 2, null],
    ["not when the answer was an error", "", [500, 200], 1, 500],
    ["not when no answer came", "", [new HttpOutcomeUnknown("time-out"), 200], 1, null],
    ["after errors too, where the URL asks for it", "#rc=3&rp=all", [500, noConnection, 403, 200], 4, 200],
    ["after what the URL names alone", "#rc=5&rp=5xx,rt", [503, new HttpOutcomeUnknown("time-out"), 400, 200], 3, 400],
    ["at most five times more", "#rc=99&rp=all", [500], 6, 500],
  ])("is tried %s", async (_, overrides, outcomes, tries, status) => {
    const { requests } = failing(overrides, outcomes);
    await expect(world.text("hello")).resolves.toMatchObject({ status });
    expect(requests).toHaveLength(tries);
    expect(new Set(requests.map((request) => request.headers["i-twilio-idempotency-token"])).size).toBe(1);
    expect(world.parsed()).toHaveLength(tries);
  });

  it("does not hide an error of ours", async () => {
    failing("", [new TypeError("a bug")]);
    await expect(world.text("hello")).rejects.toThrow("a bug");
  });
});

describe("a text to a phone", () => {
  it("is sent, then delivered; the phone has it and both are reported", async () => {
    const result = await world.send("On its way – 10 €");
    expect(result).toStrictEqual({ outcome: "sent", providerId: expect.stringMatching(/^SM[0-9a-f]{32}$/) });
    expect(world.twilio.outbox()).toStrictEqual([]);
    await world.clock.advance(1_000);
    const { providerId } = result as { providerId: string };
    const of = { sendId, providerId, inboxId: "sms-main" };
    expect(world.parsed()).toStrictEqual([
      { kind: "status", of, status: "sent" },
      { kind: "status", of, status: "delivered" },
    ]);
    expect(world.twilio.outbox({ channel: "sms", to: customer })).toStrictEqual([
      {
        channel: "sms",
        from: main,
        to: customer,
        text: "On its way – 10 €",
        subject: null,
        headers: {},
        providerId,
        at: "2026-11-04T10:00:00.120Z",
      },
    ]);
    expect(world.twilio.outbox({ to: "+4915550100201" })).toStrictEqual([]);
    expect(world.twilio.outbox({ channel: "email" })).toStrictEqual([]);
  });

  it.each([
    ["reversed" as const, ["delivered", "sent"]],
    ["duplicated" as const, ["sent", "sent", "delivered", "delivered"]],
    ["withheld" as const, []],
  ])("may be reported %s, and arrives all the same", async (statusOrder, reported) => {
    world.twilio.behaviour.statusOrder = statusOrder;
    await world.send("hello");
    await world.clock.advance(1_000);
    expect(world.statuses()).toStrictEqual(reported);
    expect(world.twilio.outbox()).toHaveLength(1);
  });

  it("may end undelivered, with a reason", async () => {
    world.twilio.behaviour.undeliveredWith = 30005;
    await world.send("hello");
    await world.clock.advance(1_000);
    expect(world.parsed()).toMatchObject([
      { status: "sent" },
      { status: "failed", error: { code: "unknown-number", providerCode: "30005" } },
    ]);
    expect(world.twilio.outbox()).toStrictEqual([]);
  });

  it("is found by the channel's look-up after its answer was lost", async () => {
    world.twilio.behaviour.statusOrder = "withheld";
    await world.send("earlier");
    const { providerId } = (await world.send("hello")) as { providerId: string };
    await world.clock.advance(1_000);
    const request = {
      ...sendRequest,
      to: customer,
      text: "hello",
      statusUrl: null,
      attemptedAt: startMs,
      now: startMs,
      isTaken: async () => false,
    };
    expect(await sms.lookup(request, world.ports)).toStrictEqual({ outcome: "found", providerId, status: "delivered" });
    const never = { ...request, text: "never sent", now: startMs + 60_000 };
    expect(await sms.lookup(never, world.ports)).toMatchObject({ outcome: "undecided" });
    expect(await sms.lookup({ ...never, isTaken: async () => true }, world.ports)).toStrictEqual({ outcome: "absent" });
  });
});

describe("STOP and START", () => {
  it("count for the pair of numbers alone", async () => {
    await world.text(" stop ");
    expect(await world.send("hello")).toMatchObject({
      outcome: "refused",
      error: { code: "opted-out", providerCode: "21610" },
    });
    expect(await world.send("hello", second)).toMatchObject({ outcome: "sent" });
    await world.text("Start", { to: second });
    expect(await world.send("hello")).toMatchObject({ outcome: "refused" });
    await world.text("UNSTOP");
    expect(await world.send("hello")).toMatchObject({ outcome: "sent" });
  });

  it("come with OptOutType where Advanced Opt-Out is on", async () => {
    const types = () => world.requests.map((request) => new URLSearchParams(request.body).get("OptOutType"));
    await world.text("STOP");
    expect(types()).toStrictEqual([null]);
    world.close();
    world = new World({ advancedOptOut: true });
    for (const word of ["quit", "YES", "info", "hello"]) await world.text(word);
    expect(types()).toStrictEqual(["STOP", "START", "HELP", null]);
    expect(world.parsed()).toMatchObject([
      { optOut: "stop" },
      { optOut: "start" },
      { optOut: "help" },
      { kind: "message" },
    ]);
  });
});

describe("a restart", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "switchyard-twilio-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });
  const restart = (nowMs: number): World => {
    world.close();
    world = new World({ file: path.join(folder, "providers.sqlite"), nowMs });
    return world;
  };

  it("goes on with what was accepted, and keeps opt-outs and outbox", async () => {
    restart(startMs);
    await world.send("first");
    await world.clock.advance(1_000);
    await world.send("second");
    await world.text("STOP", { to: second });

    restart(startMs + 60_000).twilio.resume();
    expect(world.twilio.outbox().map((item) => item.text)).toStrictEqual(["first"]);
    await world.clock.advance(0);
    expect(world.twilio.outbox().map((item) => item.text)).toStrictEqual(["first", "second"]);
    expect(world.statuses()).toStrictEqual(["sent", "delivered"]);
    expect(await world.send("third", second)).toMatchObject({ outcome: "refused" });
  });

  it("reports again what was under way, and nothing that was done", async () => {
    restart(startMs);
    await world.send("hello");
    const died = new Promise<void>((resolve) => {
      world.reply = () => {
        world.twilio.close();
        resolve();
        return 200;
      };
    });
    await Promise.all([world.clock.advance(50), died]);

    world.clock.close();
    world = new World({ file: path.join(folder, "providers.sqlite"), nowMs: startMs + 1_000 });
    world.twilio.resume();
    await world.clock.advance(0);
    expect(world.statuses()).toStrictEqual(["sent", "delivered"]);
    restart(startMs + 2_000).twilio.resume();
    await world.clock.advance(0);
    expect(world.statuses()).toStrictEqual([]);
    expect(world.twilio.outbox()).toHaveLength(1);
  });

  it("never gives a SID twice", async () => {
    restart(startMs);
    const before = await world.text("one");
    const after = await restart(startMs + 1).text("two");
    expect(after.sid).not.toBe(before.sid);
  });
});
