import { describe, expect, it } from "vitest";
import type { LookupRequest } from "../../../shared/channels/channel.ts";
import { sms } from "../../../shared/channels/sms/index.ts";
import { whatsappTwilio } from "../../../shared/channels/whatsapp-twilio/index.ts";
import { limits } from "../../../shared/core/limits.ts";
import { HttpNotSent, HttpOutcomeUnknown } from "../../../shared/ports/http.ts";
import { FakeHttp, portsWith } from "../../contracts/channel.ts";
import { accountSid, customer, listed, sendRequest } from "../sms/samples.ts";
import { whatsAppRequest } from "../whatsapp-twilio/samples.ts";
import { answer } from "../samples.ts";

const lookup = (request: LookupRequest, http: FakeHttp, channel = sms) => channel.lookup(request, portsWith({ http }));
const attemptedAt = Date.parse("2026-11-04T10:00:00.500Z");
const request = (change: Partial<LookupRequest> = {}): LookupRequest => ({
  ...sendRequest,
  attemptedAt,
  now: attemptedAt + limits.sendAbsenceProvenAfterMs,
  isTaken: async () => false,
  ...change,
});
const page = (messages: Record<string, unknown>[], next: string | null = null) =>
  answer(200, {
    messages,
    next_page_uri: next,
    page: 0,
    page_size: 100,
    start: 0,
    end: 0,
    uri: "",
    first_page_uri: "",
    previous_page_uri: null,
  });
const listing = (...messages: Record<string, unknown>[]) => new FakeHttp(() => page(messages));
const at = (offsetMs: number) => ({
  date_created: new Date(attemptedAt + offsetMs).toUTCString().replace("GMT", "+0000"),
});
const second = { sid: "SM000000000000000000000000000000bb" };

describe("lookup", () => {
  it("finds the one message with these numbers, this text and this time", async () => {
    const others = [
      listed({ ...second, body: "another text" }),
      listed({ ...second, direction: "inbound" }),
      listed({ ...second, ...at(-60_000) }),
    ];
    const http = listing(...others, listed());
    expect(await lookup(request(), http)).toStrictEqual({
      outcome: "found",
      providerId: "SM000000000000000000000000000000aa",
      status: "delivered",
    });
    const url = new URL(http.calls[0]!.url);
    expect(url.origin + url.pathname).toBe(`https://api.twilio.com/2010-04-01/Accounts/${accountSid}/Messages.json`);
    expect(Object.fromEntries(url.searchParams)).toStrictEqual({
      To: sendRequest.to,
      From: sendRequest.inbox.address,
      PageSize: "100",
    });
  });

  it.each([
    ["queued", "sent"],
    ["sent", "sent"],
    ["read", "read"],
  ])("reports Twilio's %s as %s", async (theirs, ours) => {
    expect(await lookup(request(), listing(listed({ status: theirs })))).toMatchObject({
      outcome: "found",
      status: ours,
    });
  });

  it("reports why a message that it finds has failed", async () => {
    expect(await lookup(request(), listing(listed({ status: "undelivered", error_code: 30005 })))).toMatchObject({
      outcome: "found",
      status: "failed",
      error: { code: "unknown-number", providerCode: "30005" },
    });
  });

  it("leaves out what belongs to another send", async () => {
    const isTaken = async (providerId: string) => providerId === second.sid;
    expect(await lookup(request({ isTaken }), listing(listed(second), listed()))).toMatchObject({ outcome: "found" });
    expect(await lookup(request({ isTaken }), listing(listed(second)))).toStrictEqual({ outcome: "absent" });
  });

  describe("where a message of that time reads otherwise", () => {
    const other = { ...second, body: "Something else altogether" };
    const strange = { outcome: "undecided", reason: "Twilio lists a message of that time that no send of ours owns" };

    it.each<[string, Record<string, unknown>]>([
      ["by Twilio's hand, or in its console", {}],
      ["and still waits at Twilio", { status: "queued" }],
      ["and has failed", { status: "failed", error_code: 30008 }],
      ["and Twilio gives no time for it", { date_created: null }],
    ])("decides nothing while no send of ours owns it: %s", async (_, change) => {
      expect(await lookup(request(), listing(listed({ ...other, ...change })))).toStrictEqual(strange);
    });

    it("finds the one that reads as ours beside it", async () => {
      expect(await lookup(request(), listing(listed(other), listed()))).toMatchObject({ outcome: "found" });
    });

    it.each<[string, Record<string, unknown>, Partial<LookupRequest>]>([
      ["another send of ours owns it", {}, { isTaken: async (providerId) => providerId === second.sid }],
      ["Twilio answered by itself", { direction: "outbound-reply" }, {}],
      ["it is older than the attempt", at(-6_000), {}],
      ["it is younger than any answer to it", at(limits.sendAbsenceProvenAfterMs + 1_000), {}],
      ["it came in", { direction: "inbound" }, {}],
      ["it has a file, and ours has none", { num_media: "1" }, {}],
    ])("counts ours as absent where %s", async (_, change, asked) => {
      expect(await lookup(request(asked), listing(listed({ ...other, ...change })))).toStrictEqual({
        outcome: "absent",
      });
    });

    it("decides nothing on WhatsApp either", async () => {
      const asked = { ...request(), ...whatsAppRequest };
      expect(await lookup(asked, listing(listed(other)), whatsappTwilio)).toStrictEqual(strange);
    });
  });

  it.each([
    ["Hello.\n", "Hello."],
    [" Hello.", "Hello."],
    ["one\r\ntwo", "one\ntwo"],
  ])("knows %j where Twilio has kept it as %j", async (text, body) => {
    expect(await lookup(request({ text }), listing(listed({ body })))).toMatchObject({ outcome: "found" });
  });

  it("decides nothing between two that look alike", async () => {
    expect(await lookup(request(), listing(listed(second), listed()))).toStrictEqual({
      outcome: "undecided",
      reason: "2 messages look like this one",
    });
  });

  it("finds the text of a trial account, and of half a surrogate pair", async () => {
    const trial = listed({ body: `Sent from your Twilio trial account - ${sendRequest.text}` });
    expect(await lookup(request(), listing(trial))).toMatchObject({ outcome: "found" });
    expect(await lookup(request({ text: "a\ud800b" }), listing(listed({ body: "a\ufffdb" })))).toMatchObject({
      outcome: "found",
    });
  });

  it("decides nothing where the account hides its texts or Twilio gives no time for another's", async () => {
    expect(await lookup(request(), listing(listed({ body: "" })))).toMatchObject({ outcome: "undecided" });
    expect(await lookup(request(), listing(listed({ date_created: null })))).toMatchObject({ outcome: "found" });
  });

  it("calls it absent only when the list would surely show it", async () => {
    expect(await lookup(request(), listing())).toStrictEqual({ outcome: "absent" });
    const early = request({ now: attemptedAt + limits.sendAbsenceProvenAfterMs - 1 });
    expect(await lookup(early, listing())).toMatchObject({ outcome: "undecided" });
  });

  it("reads page after page, on Twilio's host, until the messages are older than the attempt", async () => {
    const next = `/2010-04-01/Accounts/${accountSid}/Messages.json?Page=1&PageToken=PA1`;
    const later = listed({ ...second, ...at(5_000), body: "later" });
    const http = new FakeHttp((call) =>
      call.url.includes("PageToken")
        ? page([listed(), listed({ ...second, ...at(-2 * 3_600_000) })], `${next}2`)
        : page([later], next),
    );
    expect(await lookup(request(), http)).toMatchObject({ outcome: "found" });
    expect(http.calls.map((call) => call.url)).toStrictEqual([expect.any(String), `https://api.twilio.com${next}`]);
    expect(http.calls[1]!.headers["authorization"]).toMatch(/^Basic /);
  });

  it.each([
    ["reads on behind one that is older by less than an hour, since the order is nowhere promised", -59, "found", 2],
    ["stops at one that is older by more", -61, "absent", 1],
  ])("%s", async (_, minutes, outcome, pages) => {
    const older = listed({ ...second, ...at(minutes * 60_000), body: "older" });
    const http = new FakeHttp((call) =>
      call.url.includes("PageToken")
        ? page([listed()])
        : page([older], `/2010-04-01/Accounts/${accountSid}/Messages.json?Page=1&PageToken=PA1`),
    );
    expect(await lookup(request(), http)).toMatchObject({ outcome });
    expect(http.calls).toHaveLength(pages);
  });

  it("gives up on a list without end", async () => {
    const endless = new FakeHttp(() => page([listed({ body: "x" })], "/2010-04-01/again"));
    expect(await lookup(request(), endless)).toStrictEqual({
      outcome: "undecided",
      reason: "more than 1000 messages to look through",
    });
    expect(endless.calls).toHaveLength(10);
  });

  it.each([
    ["refuses", () => answer(401, { code: 20003 })],
    ["breaks", () => answer(500, "oops")],
    ["answers nonsense", () => answer(200, "<html>")],
  ])("decides nothing when Twilio %s", async (_, reply) => {
    expect(await lookup(request(), new FakeHttp(reply))).toMatchObject({ outcome: "undecided" });
  });

  it.each([new HttpNotSent("refused"), new HttpOutcomeUnknown("time-out")])(
    "decides nothing after $name",
    async (error) => {
      const http = new FakeHttp(() => {
        throw error;
      });
      expect(await lookup(request(), http)).toMatchObject({ outcome: "undecided" });
    },
  );

  it("decides nothing for a number that no account lists", async () => {
    const inbox = { ...sendRequest.inbox, address: "+15550100099" };
    expect(await lookup(request({ inbox }), listing())).toMatchObject({ outcome: "undecided" });
  });

  describe("of what has files", () => {
    const file = {
      url: "https://messages.example.com/files/a",
      contentType: "image/png",
      bytes: 1,
      name: "a.png",
      read: async () => undefined,
    };
    const album = request({ text: "", media: [file] });

    it.each([
      ["its files", album, { num_media: "1", body: "" }, "found"],
      ["a caption and its files", request({ media: [file] }), { num_media: "1" }, "found"],
      ["files that Twilio has not fetched yet", album, { num_media: "0", body: "", status: "queued" }, "found"],
      ["files that Twilio could not fetch", album, { num_media: "0", body: "", status: "failed" }, "found"],
      ["no files although it went out", album, { num_media: "0", body: "" }, "absent"],
      ["other words beside its files", request({ media: [file] }), { num_media: "1", body: "other" }, "undecided"],
      ["files, where ours was a text", request(), { num_media: "1", body: "" }, "absent"],
    ])("tells it by %s", async (_, asked, change, outcome) => {
      expect(await lookup(asked, listing(listed(change)))).toMatchObject({ outcome });
    });
  });

  describe("on WhatsApp", () => {
    const asked = (change: Partial<LookupRequest> = {}): LookupRequest => ({
      ...request(),
      ...whatsAppRequest,
      ...change,
    });
    const template = { id: "parcel", name: `HX${"1".repeat(32)}`, language: "en", parameters: [] };

    it("asks for addresses as Twilio writes them, and knows what was read", async () => {
      const http = listing(listed({ status: "read" }));
      expect(await lookup(asked(), http, whatsappTwilio)).toMatchObject({ outcome: "found", status: "read" });
      const query = new URL(http.calls[0]!.url).searchParams;
      expect([query.get("To"), query.get("From")]).toStrictEqual([`whatsapp:${customer}`, "whatsapp:+15550100005"]);
    });

    it("finds a template by how it reads, and decides nothing where it may read otherwise", async () => {
      const sent = asked({ template });
      expect(await lookup(sent, listing(listed()), whatsappTwilio)).toMatchObject({ outcome: "found" });
      expect(await lookup(sent, listing(listed({ body: "otherwise" })), whatsappTwilio)).toStrictEqual({
        outcome: "undecided",
        reason: "Twilio lists a message that may be the template",
      });
      expect(await lookup(sent, listing(), whatsappTwilio)).toStrictEqual({ outcome: "absent" });
    });
  });
});
