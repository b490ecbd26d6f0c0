import { describe, expect, it } from "vitest";
import { addressesOf, addressOn, appsOf, abilitiesOf, inboxLabel, messageName } from "../../../web/sim/apps.ts";
import { remember, type Memory } from "../../../web/sim/memory.ts";
import type { Received } from "../../../web/sim/router-side.ts";
import { threadOf, unseenIn } from "../../../web/sim/thread.ts";

const whatsapp = { id: "whatsapp", channel: "whatsapp", address: "101", name: "Shop" };
const byTwilio = { id: "whatsapp-twilio", channel: "whatsapp", provider: "twilio", address: "+15005550010" };
const telegram = { id: "telegram", channel: "telegram", address: "shop_bot" };
const sms = { id: "sms-main", channel: "sms", address: "+15005550006" };
const counter = { id: "counter", channel: "custom", address: "counter" };
const anna = { name: "Anna", phone: "+4915112345678", mail: "anna@customer.test" };

const received = (providerId: string, minute: number, change: Partial<Received> = {}): Received => ({
  channel: "whatsapp",
  from: "101",
  to: anna.phone,
  text: `Message ${providerId}`,
  providerId,
  at: `2026-11-22T10:0${minute}:00.000Z`,
  ...change,
});

const memoryWith = (change: Partial<Memory>): Memory => ({ ...remember({ getItem: () => null }, "tab"), ...change });
const sent = (providerId: string, minute: number, inbox = "whatsapp") => ({
  inbox,
  providerId,
  from: addressOn(inbox, anna),
  text: `Message ${providerId}`,
  at: `2026-11-22T10:0${minute}:00.000Z`,
});

describe("a phone's apps", () => {
  const apps = appsOf([counter, telegram, sms, whatsapp, byTwilio]);

  it("are those by which the business can be reached", () => {
    expect(apps.map(({ title, inboxes }) => [title, ...inboxes.map(inboxLabel)])).toEqual([
      ["Texts", "+15005550006"],
      ["WhatsApp", "Shop (whatsapp)", "whatsapp-twilio"],
      ["Telegram", "@shop_bot"],
    ]);
    expect(apps.map(messageName)).toEqual(["Text message", "WhatsApp message", "Telegram message"]);
  });

  it("know somebody by another address each", () => {
    const addresses = addressesOf(anna);
    expect(new Set(addresses).size).toBe(addresses.length);
    for (const { inboxes } of apps)
      for (const { channel } of inboxes) expect(addresses).toContain(addressOn(channel, anna));
    expect(addresses).toContain(addressOn(counter.channel, anna));
    expect(Number.isSafeInteger(Number(addressOn("telegram", { ...anna, phone: "+999999999999999" })))).toBe(true);
  });

  it("offer what the provider tells of", () => {
    expect(abilitiesOf(whatsapp)).toMatchObject({ reacts: true, deletes: "deletes" });
    expect(abilitiesOf(byTwilio)).toEqual(abilitiesOf(sms));
    expect(abilitiesOf(sms).reacts).toBe(false);
  });
});

describe("a thread", () => {
  const items = [
    received("2", 2, { buttons: ["Yes", "No"] }),
    received("4", 4, { from: byTwilio.address }),
    received("5", 5, { media: [{ contentType: "image/png", url: "/sim/files/meta/1" }] }),
  ];
  const memory = memoryWith({
    messages: [
      sent("1", 1),
      sent("3", 3),
      sent("6", 6, "whatsapp-twilio"),
      { ...sent("7", 7), from: "+4915100000000" },
    ],
    reactions: { 2: "👍", 5: "" },
  });

  it("is what one person and one inbox wrote to each other, in order", () => {
    const thread = threadOf(whatsapp, anna, memory, items);
    expect(thread.map(({ providerId, isOwn }) => `${isOwn ? "own" : "theirs"} ${providerId}`)).toEqual([
      "own 1",
      "theirs 2",
      "own 3",
      "theirs 5",
    ]);
    expect(thread[1]).toMatchObject({ reaction: "👍", choices: ["Yes", "No"] });
    expect(thread[3]).toMatchObject({ reaction: "", media: [{ url: "/sim/files/meta/1" }] });
    expect(threadOf(byTwilio, anna, memory, items).map(({ providerId }) => providerId)).toEqual(["4", "6"]);
  });

  it("keeps answers to choose from on WhatsApp alone, once something else was said", () => {
    const ofBot = { channel: "telegram", from: "shop_bot", buttons: ["Yes"] };
    const choices = (messages: Memory["messages"]) =>
      threadOf(telegram, anna, memoryWith({ messages }), [received("1", 1, ofBot)]).map((entry) => entry.choices);
    expect(choices([])).toEqual([["Yes"]]);
    expect(choices([sent("2", 2, "telegram")])).toEqual([[], []]);
  });

  it("has unseen messages behind the last that was looked at", () => {
    const key = `${anna.phone} whatsapp`;
    const unseen = (seen: Memory["seen"]): number => unseenIn([whatsapp, byTwilio], anna, { seen }, items);
    expect(unseen({})).toBe(3);
    expect(unseen({ [key]: "2" })).toBe(2);
    expect(unseen({ [key]: "5", [`${anna.phone} whatsapp-twilio`]: "4" })).toBe(0);
    expect(unseen({ [key]: "forgotten since" })).toBe(3);
  });
});
