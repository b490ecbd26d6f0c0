import { describe, expect, it } from "vitest";
import { channelsForWebhook, channelOf, channels } from "../../shared/channels/registry.ts";
import { sendId } from "./samples.ts";

describe("the registry of channels", () => {
  it("finds a channel by name", () => {
    expect(channelOf({ channel: "sms" })?.name).toBe("sms");
    expect(channelOf({ channel: "telegraph" })).toBeUndefined();
  });

  it("has each name and provider once, and finds every channel under the path where it wants its statuses", () => {
    expect(new Set(channels.map(({ name, provider }) => `${name}/${provider}`)).size).toBe(channels.length);
    for (const channel of channels) {
      const path = channel.webhook?.statusPath(sendId) ?? null;
      expect(path === null ? [channel] : channelsForWebhook(path)).toContain(channel);
    }
  });

  it.each(["/webhooks/twilio/messages", `/webhooks/twilio/status/${sendId}`])("knows whose webhook %s is", (path) => {
    expect(channelsForWebhook(path).map(({ name }) => name)).toContain("sms");
  });

  it.each([
    "/webhooks/twilio",
    "/webhooks/twilio/messages/",
    "/v1/webhooks/twilio/messages",
    "/webhooks/twilio/status/a/b",
  ])("takes %s for nobody's", (path) => {
    expect(channelsForWebhook(path)).toEqual([]);
  });
});
