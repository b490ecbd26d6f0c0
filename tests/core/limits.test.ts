import { expect, test } from "vitest";
import { limits } from "../../shared/core/limits.ts";

const [second, minute, hour, day] = [1_000, 60_000, 3_600_000, 86_400_000];

test("the figures that a channel's README names are those that hold", () => {
  expect(limits).toMatchObject({
    // custom: `from`, other fields, how far a timestamp may be off
    maxAddressCharacters: 320,
    maxUnknownFieldBytes: 2_048,
    maxUnknownFieldLevels: 16,
    webhookClockSkewMs: 5 * minute,
    // web: rates a minute, how long a session lives
    chatRateWindowMs: minute,
    maxChatConnectsPerWindow: 600,
    maxChatMessagesPerWindow: 120,
    maxChatSignalsPerWindow: 300,
    chatSessionMs: 30 * day,
    vouchedChatSessionMs: 12 * hour,
    // Twilio: from when on an empty list is proof
    sendAbsenceProvenAfterMs: 45 * second,
  });
});
