import { describe, expect, test } from "vitest";
import { identityIdAt } from "../../shared/core/address.ts";
import { consentWord, identify, isHeldAt, saidAt } from "../../shared/core/identify.ts";
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
  ])("%s", (_, given, stopped, word) => expect(consentWord(given, { optOuts: stopped })).toBe(word));

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
    expect(consentWord(given, { optOuts: {} })).toBe(fromOthers);
    expect(consentWord(given, { optOuts })).toBe("start");
  });
});
