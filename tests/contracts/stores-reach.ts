import * as fc from "fast-check";
import { expect, it } from "vitest";
import { windowKey } from "../../shared/core/conversation.ts";
import type { Stores } from "../../shared/ports/stores.ts";
import { applied, atOnce, newId, sequence, time } from "../stores/samples.ts";

/** What is remembered of how, and whether, a customer can be reached at an address. */
export function reachContract(stores: () => Stores): void {
  aboutAddresses(stores);
  carriersBlock(stores);
  windows(stores);
}

const firstContact = () => ({
  id: newId("idn"),
  channel: "whatsapp",
  address: "+5511987654321",
  customerId: newId("cus"),
  evidence: { kind: "first-contact" as const, at: time(0) },
  at: time(0),
});

function aboutAddresses(stores: () => Stores): void {
  it("remembers that nothing arrives there, until something comes from there", async () => {
    const { identities } = stores();
    const fresh = await identities.create(firstContact());
    const unreachable = { at: time(3), reason: "The number is not on WhatsApp." };
    await identities.setUnreachable(fresh.id, unreachable);
    expect(await identities.get(fresh.id)).toEqual({ ...fresh, unreachable });
    await identities.setUnreachable(fresh.id, null);
    await identities.setUnreachable(fresh.id, null);
    expect(await identities.get(fresh.id)).toEqual(fresh);
  });

  it("remembers by inbox that nothing of it arrives there, until something comes to it", async () => {
    const { identities } = stores();
    const fresh = await identities.create(firstContact());
    const [first, second] = [3, 4].map((seconds) => ({ at: time(seconds), reason: "They blocked the bot." }));
    await Promise.all([
      identities.setShutOut(fresh.id, "bot", first!),
      identities.setShutOut(fresh.id, "other-bot", first!),
    ]);
    await identities.setShutOut(fresh.id, "bot", second!);
    expect(await identities.get(fresh.id)).toEqual({ ...fresh, shutOut: { bot: second, "other-bot": first } });
    await identities.setShutOut(fresh.id, "bot", null);
    await identities.setShutOut(fresh.id, "bot", null);
    expect(await identities.get(fresh.id)).toEqual({ ...fresh, shutOut: { "other-bot": first } });
    await identities.setShutOut(fresh.id, "other-bot", null);
    expect(await identities.get(fresh.id)).toEqual(fresh);
  });

  it("remembers by inbox when they last wrote, and never an earlier time", async () => {
    const { identities } = stores();
    const fresh = await identities.create(firstContact());
    for (const at of [time(5), time(9), time(7)]) await identities.setLastInbound(fresh.id, "106540352242922", at);
    await atOnce(4, (racer) => identities.setLastInbound(fresh.id, "whatsapp-twilio", time(racer)));
    const lastInboundAt = { "106540352242922": time(9), "whatsapp-twilio": time(3) };
    expect(await identities.get(fresh.id)).toEqual({ ...fresh, lastInboundAt });
  });

  it("remembers consent, and the last word on it", async () => {
    const { identities } = stores();
    const fresh = await identities.create(firstContact());
    await identities.setConsent(fresh.id, { at: time(1), by: "crm-17" });
    await identities.setConsent(fresh.id, { at: time(2), by: "crm-18" });
    expect(await identities.get(fresh.id)).toEqual({ ...fresh, consent: { at: time(2), by: "crm-18" } });
  });

  it("remembers addresses that were joined to it, each once, and loses none of several at once", async () => {
    const { identities } = stores();
    const fresh = await identities.create(firstContact());
    await identities.addAliases(fresh.id, []);
    expect(await identities.get(fresh.id)).toEqual(fresh);
    await identities.addAliases(fresh.id, ["US.2", "US.1"]);
    await atOnce(4, (racer) => identities.addAliases(fresh.id, [`US.${racer}`]));
    expect(await identities.get(fresh.id)).toEqual({ ...fresh, aliases: ["US.0", "US.1", "US.2", "US.3"] });
  });

  it("remembers since when they have left it, by the first word on it", async () => {
    const { identities } = stores();
    const fresh = await identities.create(firstContact());
    for (const seconds of [5, 3, 9]) await identities.setLeft(fresh.id, time(seconds));
    expect(await identities.get(fresh.id)).toEqual({ ...fresh, leftAt: time(5) });
  });

  it("says so where there is no such identity", async () => {
    const { identities } = stores();
    const id = newId("idn");
    const missing = `There is no identity ${id}`;
    await expect(identities.setUnreachable(id, { at: time(1), reason: "gone" })).rejects.toThrow(missing);
    await expect(identities.setUnreachable(id, null)).rejects.toThrow(missing);
    await expect(identities.setShutOut(id, "bot", { at: time(1), reason: "gone" })).rejects.toThrow(missing);
    await expect(identities.setShutOut(id, "bot", null)).rejects.toThrow(missing);
    await expect(identities.setLastInbound(id, "whatsapp", time(1))).rejects.toThrow(missing);
    await expect(identities.setConsent(id, { at: time(1), by: "crm" })).rejects.toThrow(missing);
    await expect(identities.addAliases(id, ["US.1"])).rejects.toThrow(missing);
    await expect(identities.addAliases(id, [])).rejects.toThrow(missing);
    await expect(identities.setLeft(id, time(1))).rejects.toThrow(missing);
    await expect(identities.setCarrierOptOut(id, "sms-main", time(1))).rejects.toThrow(missing);
    expect(await identities.get(id)).toBeUndefined();
  });
}

function carriersBlock(stores: () => Stores): void {
  const isOut = async (id: string) => (await stores().identities.get(id))?.optOuts["sms-main"] !== undefined;

  it("records a carrier's block once, and a later START lifts it, whatever its position", async () => {
    const { identities } = stores();
    const { id } = await identities.create(firstContact());
    await identities.setCarrierOptOut(id, "sms-main", time(4));
    await identities.setCarrierOptOut(id, "sms-main", time(5));
    const blocked = await identities.get(id);
    expect(blocked).toMatchObject({ version: 2, optOuts: { "sms-main": { at: time(4) } } });
    expect(await identities.atVersion(id, 1)).toEqual({ version: 1, optOuts: {} });
    await identities.setOptOut(id, "sms-main", false, time(6), sequence(1));
    expect(await isOut(id)).toBe(false);
  });

  it("lets a block outdo an earlier START, but not one from after the send that met it", async () => {
    const { identities } = stores();
    const { id } = await identities.create(firstContact());
    await identities.setOptOut(id, "sms-main", false, time(5), sequence(5));
    await identities.setCarrierOptOut(id, "sms-main", time(5));
    expect(await isOut(id)).toBe(false);
    await identities.setCarrierOptOut(id, "sms-main", time(6));
    expect(await isOut(id)).toBe(true);
    await identities.setOptOut(id, "sms-main", false, time(5), sequence(5));
    expect(await isOut(id)).toBe(true);
    await identities.setOptOut(id, "sms-main", false, time(7), sequence(6));
    expect(await isOut(id)).toBe(false);
  });

  it("stays where a START comes late that was said before the send that met it, and not one of that second", async () => {
    const { identities } = stores();
    const { id } = await identities.create(firstContact());
    await identities.setCarrierOptOut(id, "sms-main", time(6.4));
    await identities.setOptOut(id, "sms-main", false, time(5), sequence(5));
    expect(await isOut(id)).toBe(true);
    await identities.setOptOut(id, "sms-main", false, time(6), sequence(6));
    expect(await isOut(id)).toBe(false);
    await identities.setCarrierOptOut(id, "sms-main", time(6.4));
    expect(await isOut(id)).toBe(false);
  });

  it("leaves a STOP as the customer said it", async () => {
    const { identities } = stores();
    const { id } = await identities.create(firstContact());
    await identities.setOptOut(id, "sms-main", true, time(5), sequence(5));
    await identities.setCarrierOptOut(id, "sms-main", time(6));
    expect((await identities.get(id))?.optOuts).toEqual({ "sms-main": { at: time(5), sequence: sequence(5) } });
  });
}

function windows(stores: () => Stores): void {
  it("keeps when a customer last wrote by address and inbox, and never moves it back", async () => {
    const [identityId, otherId] = [newId("idn"), newId("idn")];
    const step = fc.record({
      who: fc.constantFrom(identityId, otherId),
      inboxId: fc.constantFrom("whatsapp", "106540352242922"),
      since: fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined }),
      isKept: fc.constantFrom(true as const, undefined),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 6 }), async (steps) => {
        const id = newId("cnv");
        const expected: Record<string, string> = {};
        for (const [position, { who, inboxId, since, isKept }] of steps.entries()) {
          const windowSince = since === undefined ? undefined : time(since);
          const message = { identityId: who, inboxId, windowSince, isKept, sequence: sequence(position + 1) };
          const { outcome } = await stores().conversations.applyMessage(
            id,
            applied({ ...message, at: time(position) }),
          );
          expect(outcome).toBe("applied");
          const key = windowKey(who, inboxId);
          if (windowSince !== undefined && windowSince > (expected[key] ?? "")) expected[key] = windowSince;
        }
        const conversation = await stores().conversations.get(id);
        expect(conversation?.windows ?? {}).toEqual(expected);
        expect(conversation).not.toHaveProperty("windowSince");
      }),
      { numRuns: 25 },
    );
  });

  it("leaves a conversation of a channel without windows without them", async () => {
    const id = newId("cnv");
    const { conversation } = await stores().conversations.applyMessage(id, applied());
    expect(conversation).not.toHaveProperty("windows");
    expect(await stores().conversations.get(id)).not.toHaveProperty("windows");
  });

  it("counts what is quiet as nothing to be seen", async () => {
    const { conversations } = stores();
    const id = newId("cnv");
    const first = applied();
    await conversations.applyMessage(id, first);
    const quiet = applied({ ...first, sequence: sequence(2), at: time(9), isKept: true, isQuiet: true });
    const { outcome, conversation } = await conversations.applyMessage(id, quiet);
    expect(outcome).toBe("applied");
    expect(conversation).toMatchObject({ messageVersion: 1, inboundSequence: { [first.identityId]: sequence(2) } });
    expect(conversation).not.toHaveProperty("isQuiet");
    expect((await conversations.applyMessage(id, quiet)).outcome).toBe("repeated");
    const begun = await conversations.applyMessage(newId("cnv"), applied({ isKept: true, isQuiet: true }));
    expect(begun.conversation.messageVersion).toBe(1);
  });
}
