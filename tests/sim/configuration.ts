import { channelCapabilities } from "../../shared/channels/registry.ts";
import {
  messageLanguageSkill,
  type Configuration,
  type Pool,
  type RoutingRule,
  type RuleActions,
} from "../../shared/core/configuration.ts";
import type { AgentProfile } from "../../shared/core/pool/types.ts";
import type { SeededRandom } from "./host/random.ts";

export const accountSid = "AC00000000000000000000000000000051";
export const numbers = { support: "+15005550100", sales: "+15005550101" };
export const mailbox = "support@shop.test";
export const chatInboxId = "web";

/** Everybody has a phone, a mailbox, and a name by which the company's shop knows them. */
export const people = [
  { phone: "+4915112345601", mail: "anna@customers.test", subject: "4711" },
  { phone: "+4915112345602", mail: "bernd@customers.test", subject: "4712" },
  { phone: "+12025550103", mail: "carol@customers.test", subject: "4713" },
  { phone: "+8613912345604", mail: "dai@customers.test", subject: "4714" },
];

/** Somebody who has never written, until a mail of ours is passed on to them. */
export const outsider = "erna@elsewhere.test";

export type Person = (typeof people)[number];

export const secrets = {
  twilio: {
    accounts: [{ accountSid, authToken: "a token that only the simulation knows", numbers: Object.values(numbers) }],
  },
  web: { vouchSecret: "what the shop's server vouches with" },
  signing: { signingKey: "what tokens of the simulation are signed with" },
};

/** Words that every checker and actor can count on: each text below leads somewhere known. */
export const texts = [
  "Guten Tag, ich habe eine Frage zu meiner letzten Bestellung und warte seit Tagen auf eine Antwort.",
  "Meine Rechnung vom letzten Monat ist falsch, bitte prüfen Sie den Betrag noch einmal genau.",
  "Hello, I would like to know when the parcel that I ordered last week will arrive at my house.",
  "There is a mistake on my invoice, could you please have another look at the amount?",
  "您好，我想了解一下你们的产品价格和配送时间，谢谢您的帮助。",
  "我收到的商品有问题，请问应该怎么办理退货手续？",
  "What are your opening hours on the weekend and on public holidays?",
  "I want to buy three more of these, which discount can you offer me for that?",
  "ok",
  "👍",
  "¿?",
];

const agent = (id: string, skills: Record<string, number>, units: number, queueIds: string[]): AgentProfile => ({
  id,
  name: id,
  skills,
  units,
  weightByChannel: {},
  queueIds,
});

const rule = (id: string, when: RoutingRule["when"], actions: RuleActions): RoutingRule => ({
  id,
  when,
  do: actions,
  stop: false,
});

/** A small service centre: two pools, automatic and plain offers, languages as skills, requirements that relax. */
export function configurationOf(random: SeededRandom): Configuration {
  const service: Pool = {
    id: "service",
    agents: [
      agent("agent-en", { en: 5, billing: 4 }, random.between(1, 3), ["general", "claims"]),
      agent("agent-de", { de: 5, en: 2, billing: 2 }, random.between(1, 3), ["general", "claims"]),
      agent("agent-zh", { zh: 5, en: 3 }, random.between(1, 4), ["general", "claims"]),
    ],
    queues: [
      { id: "general", acceptance: "automatic", offerExpiresAfterMs: 60_000 },
      { id: "claims", acceptance: "manual", offerExpiresAfterMs: random.pick([20_000, 45_000, 90_000]) },
    ],
    rampUpMs: 0,
  };
  const heavyTexts = { ...agent("agent-sales", { en: 5, de: 3 }, 4, ["sales"]), weightByChannel: { sms: 2 } };
  const sales: Pool = {
    id: "sales",
    agents: [heavyTexts, agent("agent-sales-zh", { zh: 4, en: 4 }, 2, ["sales"])],
    queues: [{ id: "sales", acceptance: "automatic", offerExpiresAfterMs: 60_000 }],
    rampUpMs: random.pick([0, 30_000]),
  };
  return {
    schemaVersion: 1,
    version: "simulation-1",
    defaultLanguage: "en",
    languages: ["de", "en", "zh"],
    inboxes: [
      { id: "support", channel: "sms", address: numbers.support },
      { id: "sales", channel: "sms", address: numbers.sales },
      { id: "mail", channel: "email", address: mailbox, name: "The shop" },
      { id: chatInboxId, channel: "web", address: chatInboxId, name: "The shop" },
    ],
    channels: channelCapabilities(),
    cannedReplies: [],
    templates: [],
    hours: [{ id: "office", timeZone: "Europe/Berlin", week: { mon: office, tue: office, wed: office }, holidays: [] }],
    pools: [service, sales],
    rules: [
      rule(
        "billing",
        { words: ["rechnung", "invoice"] },
        { queue: "claims", steps: relaxing("billing", 4, 2), priority: "high" },
      ),
      rule("buying", { words: ["buy"] }, { queue: "sales", priority: "urgent", tags: ["lead"] }),
      rule("to sales", { inboxes: ["sales"] }, { queue: "sales" }),
      rule("gold", { attributes: { tier: ["gold"] } }, { priority: "high", tags: ["gold"] }),
      rule("closed", { open: { hours: "office", is: false } }, { tags: ["out-of-hours"] }),
      rule("mail", { channels: ["email"] }, { reply: "received" }),
      rule("hours", { words: ["opening hours"] }, { reply: "hours" }),
      rule("language", {}, { steps: [{ requirements: [{ skill: messageLanguageSkill, level: 2 }] }] }),
    ],
    defaultQueueId: "general",
    maxWaitMs: { urgent: 60_000, high: 300_000, normal: 900_000, low: 3_600_000 },
    replies: {
      received: { en: "We have received your mail.", de: "Wir haben Ihre Mail erhalten." },
      hours: { en: "We are here from nine to five.", de: "Wir sind von neun bis siebzehn Uhr da." },
    },
  };
}

const office: [string, string][] = [["09:00", "17:00"]];

const relaxing = (skill: string, first: number, then: number) => [
  { requirements: [{ skill, level: first }], expiresAfterMs: 120_000 },
  { requirements: [{ skill, level: then }] },
];

export const agentIdsOf = (config: Configuration): string[] =>
  config.pools.flatMap(({ agents }) => agents.map(({ id }) => id));
