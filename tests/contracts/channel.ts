import { describe, expect, it } from "vitest";
import type { Channel } from "../../shared/channels/channel.ts";
import { describeLimits } from "./channel-limits.ts";
import { describeParse } from "./channel-parse.ts";
import type { Behaviour, ChannelSamples, SendSamples } from "./channel-samples.ts";
import { describeVerify } from "./channel-verify.ts";

export * from "./channel-samples.ts";

/** What every channel must hold to (shared/channels/channel.ts). */
export function describeChannel(name: string, channel: Channel, samples: ChannelSamples): void {
  describe(`channel contract: ${name}`, () => {
    if (channel.webhook && samples.webhook) {
      describeParse(channel.webhook, samples.webhook);
      describeVerify(channel.webhook, samples.webhook);
    }
    it("brings samples of its webhooks where it has some", () => {
      expect(samples.webhook !== undefined).toBe(channel.webhook !== undefined);
    });
    describeSend(channel, samples.send);
    describeLimits(channel, samples.limits, samples.webhook);
  });
}

function describeSend(channel: Channel, { request, provider, providerId, refusedAs, throttledMs }: SendSamples): void {
  const error = { code: expect.stringMatching(/^[a-z-]+$/), message: expect.stringMatching(/\S/) };
  const expected: Record<Behaviour, unknown> = {
    takes: { outcome: "sent", providerId },
    refuses: { outcome: "refused", error: { ...error, code: refusedAs } },
    throttles: { outcome: "notSent", error, retryAfterMs: throttledMs },
    "is not reached": { outcome: "notSent", error, retryAfterMs: expect.any(Number) },
    "never answers": { outcome: "unknown", error },
    "answers nonsense": { outcome: "unknown", error },
  };
  const behaviours = Object.keys(expected) as Behaviour[];
  const known = behaviours.flatMap((behaviour) => provider(behaviour).map((each) => ({ behaviour, ...each })));

  it.each(known)("hands over at most once when the provider $behaviour", async ({ behaviour, ports, handedOver }) => {
    expect(await channel.send(request, ports)).toMatchObject(expected[behaviour] as object);
    expect(handedOver()).toBeLessThanOrEqual(1);
  });

  it("knows a provider that takes what it is given", () => {
    expect(known.map(({ behaviour }) => behaviour)).toContain("takes");
  });
}
