import { describe, expect, test } from "vitest";
import { identityIdAt } from "../../shared/core/address.ts";
import { consentWord, identify, isHeldAt, optOutsOf, outdoes, saidAt, saidAtOf } from "../../shared/core/identify.ts";
import { firstCustomerIdOf, identityIdOf } from "../../shared/core/ids.ts";

test("who leaves an address has held it to the end of that second", () => {
  const leftAt = "2026-03-04T10:00:00.000Z";
  expect(
    ["09:59:59.999", "10:00:00.999", "10:00:01.000"].map((time) => isHeldAt({ leftAt }, `2026-03-04T${time}Z`)),
  ).toEqual([true, true, false]);
  expect(isHeldAt({}, leftAt)).toBe(true);
});

test("what was said is said when the provider says, and never later than we heard of it", () => {
  const [before, received, after] = ["09", "10", "11"].map((hour) => `2026-03-04T${hour}:00:00.000Z`);
  expect(saidAt({ providerTime: before! }, received!)).toBe(before);
  expect(saidAt({ providerTime: after! }, received!)).toBe(received);
  expect(saidAt({}, received!)).toBe(received);
  const stored = { order: `${before}#00000000000000000001#abcdef01`, createdAt: received! };
  expect(saidAtOf(stored)).toBe(before);
  expect(saidAtOf({ ...stored, order: `${after}#00000000000000000001#abcdef01` })).toBe(received);
});

test("of two words the one said later counts, and within a second the one that came later", () => {
  const word = (time: string, sequence: string) => ({ at: `2026-03-04T10:00:${time}Z`, sequence });
  expect(outdoes(word("01.000", "1"), word("00.999", "2"))).toBe(true);
  expect(outdoes(word("00.999", "2"), word("01.000", "1"))).toBe(false);
  expect(outdoes(word("01.000", "2"), word("01.999", "1"))).toBe(true);
  expect(outdoes(word("01.999", "1"), word("01.000", "2"))).toBe(false);
  expect(outdoes(word("01.000", "1"), word("01.000", "1"))).toBe(false);
});

test("an inbox is stopped under its id, and under the address that it went by until it was named", () => {
  const stop = { at: "2026-01-01T00:00:00.000Z", sequence: "1" };
  const inbox = { address: "+15005550101" };
  const stopsAt = (key: string) => optOutsOf({ optOuts: { [key]: stop } }, "sms-main", inbox);
  expect([stopsAt("sms-main"), stopsAt("+15005550101"), stopsAt("sms-second")]).toEqual([[stop], [stop], []]);
  expect(optOutsOf({ optOuts: { counter: stop } }, "counter", { address: "counter" })).toEqual([stop]);
  expect(optOutsOf({ optOuts: { "+15005550101": stop } }, "+15005550101", undefined)).toEqual([stop]);
});

describe("identify", () => {
  const at = "2026-03-04T10:00:00.000Z";

  test("an address on a channel is one identity, and starts a customer of its own", () => {
    expect(identify({ channel: "sms", address: "+4915112345678" }, at)).toEqual({
      id: identityIdOf("sms", "+4915112345678"),
      channel: "sms",
      address: "+4915112345678",
      customerId: firstCustomerIdOf(identityIdOf("sms", "+4915112345678")),
      evidence: { kind: "first-contact", at },
      at,
    });
  });

  test("an address that is one inbox's own is another identity at another inbox, whoever has had it", () => {
    const places = [undefined, "counter", "kiosk", "1"].map((inboxId) => ({
      channel: "custom",
      address: "1042",
      inboxId,
    }));
    const ids = places.flatMap(({ inboxId, ...place }) =>
      [0, 1, 2].map((holder) => identityIdAt({ ...place, ...(inboxId !== undefined && { inboxId }) }, holder)),
    );
    expect(new Set(ids).size).toBe(12);
    expect(identify({ channel: "custom", address: "1042", inboxId: "counter" }, at)).toMatchObject({
      id: ids[3],
      inboxId: "counter",
    });
  });

  test("the same address on another channel is another identity", () => {
    const ids = ["sms", "whatsapp"].map((channel) => identify({ channel, address: "+4915112345678" }, at).id);
    expect(new Set(ids).size).toBe(2);
  });
});

describe("consentWord", () => {
  const optOuts = { "sms-main": { at: "2026-01-01T00:00:00.000Z", sequence: "1" } };
  const message = { text: "START", inboxId: "sms-main" };
  const other = { text: "START", inboxId: "sms-second" };
  const later = "2026-01-01T00:00:01.000Z";
  const wordOf = (given: Parameters<typeof consentWord>[0] & { inboxId: string }, stopped = {}, at = later) =>
    consentWord(given, at, optOutsOf({ optOuts: stopped }, given.inboxId, undefined));

  test.each([
    ["an ordinary text", { ...message, text: "Hello" }, optOuts, undefined],
    ["stop", { ...message, optOut: "stop" as const }, {}, "stop"],
    ["help", { ...message, optOut: "help" as const }, {}, "help"],
    ["start, without having stopped", { ...message, optOut: "start" as const }, {}, "start"],
    ["yes, after having stopped", { ...message, text: "yes", optOut: "start" as const }, optOuts, "start"],
    ["yes, without having stopped", { ...message, text: "Yes.", optOut: "start" as const }, {}, undefined],
    [
      "yes, having stopped another inbox",
      { text: "YES", inboxId: "sms-second", optOut: "start" as const },
      optOuts,
      undefined,
    ],
    [
      "a button that says start",
      { ...message, optOut: "start" as const, context: { kind: "choice" as const } },
      {},
      undefined,
    ],
    ["start, having stopped another inbox", { ...other, optOut: "start" as const }, optOuts, "start"],
  ])("%s", (_, given, stopped, word) => expect(wordOf(given, stopped)).toBe(word));

  // By language: what somebody who never stopped says to a person, and what can mean nothing else.
  test.each([
    ["en", "start", "start"],
    ["en", " Start! ", "start"],
    ["en", "UNSTOP", "start"],
    ["en", "ＳＴＡＲＴ！", "start"],
    ["en", "YES！", undefined],
    ["en", "Yes", undefined],
    ["de", "Anmelden", undefined],
    ["de", "ANMELDEN.", undefined],
    ["es", "Iniciar", undefined],
    ["fr", "Commencer !", undefined],
    ["zh", "恢复", undefined],
    ["zh", "订阅。", undefined],
    ["of an account's own", "Go", undefined],
  ])("%s: %s from who did not stop, and from who did", (_, text, fromOthers) => {
    const given = { ...message, text, optOut: "start" as const };
    expect(wordOf(given)).toBe(fromOthers);
    expect(wordOf(given, optOuts)).toBe("start");
    expect(wordOf(given, optOuts, "2026-01-01T00:00:00.999Z")).toBe("start");
    expect(wordOf(given, optOuts, "2025-12-31T23:59:59.999Z")).toBe(fromOthers);
  });
});
