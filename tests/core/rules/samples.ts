import type { Configuration, RoutingRule } from "../../../shared/core/configuration.ts";
import type { Decision } from "../../../shared/core/decision.ts";
import type { InboundMessage } from "../../../shared/core/message.ts";
import { compileRules } from "../../../shared/core/rules/compile.ts";
import { decide, type RoutingFacts } from "../../../shared/core/rules/decide.ts";

/** A Wednesday, eleven in the morning in Berlin. */
export const wednesdayMorning = Date.parse("2026-03-04T10:00:00Z");

export const rule = (
  id: string,
  when: RoutingRule["when"],
  actions: RoutingRule["do"] = {},
  stop = false,
): RoutingRule => ({ id, when, do: actions, stop });

export function configurationWith(rules: RoutingRule[]): Configuration {
  return {
    schemaVersion: 1,
    version: "0123456789ab",
    defaultLanguage: "en",
    languages: ["en", "de", "zh"],
    inboxes: [
      { id: "sms-main", channel: "sms", address: "+15005550006" },
      { id: "sms-second", channel: "sms", address: "+15005550009" },
      { id: "web", channel: "web", address: "web" },
    ],
    channels: {},
    cannedReplies: [],
    templates: [],
    hours: [
      {
        id: "office",
        timeZone: "Europe/Berlin",
        week: { mon: [["09:00", "17:00"]], wed: [["09:00", "17:00"]] },
        holidays: ["2026-03-11"],
      },
    ],
    pools: [],
    rules,
    defaultQueueId: "general",
    maxWaitMs: { urgent: 1, high: 2, normal: 3, low: 4 },
    replies: { closed: { en: "We are closed.", de: "Wir haben geschlossen." } },
  };
}

export const inbound = (changes: Partial<InboundMessage> = {}): InboundMessage => ({
  kind: "message",
  channel: "sms",
  accountId: "AC1",
  providerId: "SM1",
  from: "+4915112345678",
  inboxId: "sms-main",
  text: "Hello there",
  media: [],
  ...changes,
});

export const routingFacts = (changes: Partial<RoutingFacts> = {}): RoutingFacts => ({
  saidAt: "2026-03-11T09:00:00.000Z",
  identity: { version: 1, optOuts: {} },
  customer: { version: 2, attributes: {} },
  language: "en",
  detector: "test-1",
  conversationId: "cnv_1",
  opens: true,
  ...changes,
});

export const decideWith = (
  rules: RoutingRule[],
  message: Partial<InboundMessage> = {},
  facts: Partial<RoutingFacts> = {},
  now = wednesdayMorning,
): Decision => decide(inbound(message), routingFacts(facts), compileRules(configurationWith(rules)), now);
