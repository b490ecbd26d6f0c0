import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { customer, contentSid, main, whatsApp, World } from "./world.ts";

let world: World;
beforeEach(() => {
  world = new World();
});
afterEach(() => {
  world.close();
});

const hourMs = 60 * 60 * 1000;
const onWhatsApp = (body: string, details: Record<string, string> = {}) =>
  world.text(body, { to: whatsApp, details: { ProfileName: "Anna", ...details } });

describe("WhatsApp by the simulated Twilio", () => {
  it("brings messages with what WhatsApp says of their sender", async () => {
    await onWhatsApp("Hello!");
    expect(world.parsed()).toMatchObject([
      { kind: "message", channel: "whatsapp", from: customer, inboxId: "whatsapp-ours", senderName: "Anna" },
    ]);
  });

  it("tells a button and a place", async () => {
    await onWhatsApp("Yes", { ButtonText: "Yes", ButtonPayload: "yes-1" });
    await onWhatsApp("", { Latitude: "52.5", Longitude: "13.4" });
    expect(world.parsed()).toMatchObject([
      { text: "Yes", context: { kind: "choice", choiceId: "yes-1" } },
      { text: "geo:52.5,13.4" },
    ]);
  });

  it("delivers an answer within the window, and tells when it was read", async () => {
    await onWhatsApp("Hello!");
    await world.clock.advance(24 * hourMs - 1);
    await world.send("Good day.", whatsApp);
    await world.clock.advance(1_000);
    expect(world.statuses()).toStrictEqual(["sent", "delivered", "read"]);
    expect(world.twilio.outbox({ channel: "whatsapp", to: customer })).toMatchObject([{ text: "Good day." }]);
    expect(world.twilio.outbox({ channel: "sms" })).toStrictEqual([]);
  });

  it("keeps quiet about reading where the customer wants that", async () => {
    world.twilio.behaviour.readReceipts = false;
    await onWhatsApp("Hello!");
    await world.send("Good day.", whatsApp);
    await world.clock.advance(1_000);
    expect(world.statuses()).toStrictEqual(["sent", "delivered"]);
  });

  it("takes a late answer and fails it afterwards; a template arrives", async () => {
    await onWhatsApp("Hello!");
    await world.clock.advance(24 * hourMs);
    expect(await world.send("Still there?", whatsApp)).toMatchObject({ outcome: "sent" });
    await world.clock.advance(1_000);
    expect(world.parsed().at(-1)).toMatchObject({
      status: "failed",
      error: { code: "window-closed", providerCode: "63016" },
    });
    const template = { id: "parcel", name: contentSid, language: "en", parameters: ["42", "today"] };
    expect(await world.send("as it reads", whatsApp, { template })).toMatchObject({ outcome: "sent" });
    await world.clock.advance(1_000);
    expect(world.twilio.outbox({ to: customer }).map(({ text }) => text)).toStrictEqual([
      "Your parcel 42 comes today.",
    ]);
  });

  it("refuses what it does not know: a template, a sender, a number of another channel", async () => {
    const template = { id: "x", name: `HX${"9".repeat(32)}`, language: "en", parameters: [] };
    expect(await world.send("", whatsApp, { template })).toMatchObject({
      outcome: "refused",
      error: { code: "template-not-taken", providerCode: "21655" },
    });
    expect(await world.send("Hello", "whatsapp:+15550999999")).toMatchObject({ outcome: "refused" });
  });

  it("does not stop for a STOP, unless the account has set its words", async () => {
    await onWhatsApp("STOP");
    expect(await world.send("Hello", whatsApp)).toMatchObject({ outcome: "sent" });
    world.close();
    world = new World({ advancedOptOut: true });
    await onWhatsApp("STOP");
    expect(await world.send("Hello", whatsApp)).toMatchObject({ outcome: "refused", error: { code: "opted-out" } });
    expect(await world.send("Hello", main)).toMatchObject({ outcome: "sent" });
  });
});
