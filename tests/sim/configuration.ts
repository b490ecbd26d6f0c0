import { channelCapabilities } from "../../shared/channels/registry.ts";
import {
  messageLanguageSkill,
  type Configuration,
  type MessageTemplate,
  type Pool,
  type RoutingRule,
  type RuleActions,
} from "../../shared/core/configuration.ts";
import type { Inbox } from "../../shared/core/inbox.ts";
import type { AgentProfile } from "../../shared/core/pool/types.ts";
import type { SeededRandom } from "./host/random.ts";

export const accountSid = "AC00000000000000000000000000000051";
export const numbers = { support: "+15005550100", sales: "+15005550101" };
export const mailbox = "support@shop.test";
export const chatInboxId = "web";
export const phoneNumberId = "106540352242922";
export const twilioWhatsAppNumber = "+15005550110";
export const pageId = "1906385232743451";
export const instagramId = "17841405822304914";
export const botNames = { telegram: "simulated_shop_bot", "telegram-sales": "simulated_sales_bot" };
export const counterOrigin = "https://counter.test";

/** Channels that only some histories have, by their inboxes. */
export const socialInboxes = [
  { id: "whatsapp", channel: "whatsapp", address: phoneNumberId },
  { id: "whatsapp-twilio", channel: "whatsapp", provider: "twilio", address: twilioWhatsAppNumber },
  { id: "messenger", channel: "messenger", address: pageId },
  { id: "instagram", channel: "instagram", address: instagramId },
  { id: "telegram", channel: "telegram", address: botNames.telegram },
  { id: "telegram-sales", channel: "telegram", address: botNames["telegram-sales"] },
  {
    id: "counter",
    channel: "custom",
    address: "counter",
    replyUrl: `${counterOrigin}/replies`,
    mediaHosts: ["counter.test"],
  },
] as const satisfies Inbox[];

export type SocialInboxId = (typeof socialInboxes)[number]["id"];

const accessToken = "a token of Meta's that only the simulation knows";

export const secrets = {
  twilio: {
    accounts: [
      {
        accountSid,
        authToken: "a token that only the simulation knows",
        numbers: [...Object.values(numbers), twilioWhatsAppNumber],
      },
    ],
  },
  meta: {
    appSecret: "what Meta signs with",
    verifyToken: "what Meta says when it asks",
    accessTokens: { [phoneNumberId]: accessToken, [pageId]: accessToken, [instagramId]: accessToken },
  },
  telegram: {
    bots: {
      telegram: { token: "5001:ABCdef_simulated", secretToken: "what-telegram-says" },
      "telegram-sales": { token: "5002:GHIjkl_simulated", secretToken: "what-telegram-says-of-sales" },
    },
  },
  custom: {
    inboxes: { counter: { secret: `whsec_${Buffer.from("thirty-two bytes for the counter").toString("base64")}` } },
  },
  web: { vouchSecret: "what the shop's server vouches with" },
  signing: { signingKey: "what tokens of the simulation are signed with" },
};

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

/** Twilio and Meta have approved it, under the same name. */
export const template: MessageTemplate = {
  id: "still-there",
  title: "Are you still there?",
  inboxIds: ["whatsapp", "whatsapp-twilio"],
  parameters: ["name"],
  texts: {
    en: {
      name: "HX00000000000000000000000000000077",
      language: "en",
      body: "Hello {{1}}, we have news about your request. May we write to you?",
    },
  },
};

/** Where no clock ever changes: a night in it is a few sums away from UTC. */
export const night = { from: "21:30", to: "08:00", timeZone: "Asia/Kolkata", aheadMinutes: 5 * 60 + 30 };

/** Some companies let their customers sleep. */
function withNight(inbox: Inbox, random: SeededRandom): Inbox {
  const { from, to, timeZone } = night;
  return random.chance(0.12) ? { ...inbox, quietHours: { from, to, timeZone } } : inbox;
}

/** Some companies bound what texts may cost, and where they go. */
function supportNumber(random: SeededRandom): Inbox {
  const affordable = random.pick([2, 4, 8]);
  const isCapped = random.chance(0.35);
  const isBounded = random.chance(0.1);
  return {
    id: "support",
    channel: "sms",
    address: numbers.support,
    ...(isCapped && {
      spendCap: {
        perDayMicros: affordable * textPriceMicros,
        priceMicros: [{ prefix: "", micros: textPriceMicros }],
        currency: "EUR",
      },
    }),
    ...(isBounded && {
      countries: [
        { prefix: "+", allowed: true },
        { prefix: "+86", allowed: false },
      ],
    }),
  };
}

export const textPriceMicros = 70_000;

/** A small service centre: two pools, automatic and plain offers, languages as skills, requirements that relax. */
export function configurationOf(random: SeededRandom, social: readonly SocialInboxId[] = []): Configuration {
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
  const inboxes: Inbox[] = [
    supportNumber(random.fork("support")),
    { id: "sales", channel: "sms", address: numbers.sales },
    { id: "mail", channel: "email", address: mailbox, name: "The shop" },
    { id: chatInboxId, channel: "web", address: chatInboxId, name: "The shop" },
    ...socialInboxes.filter(({ id }) => social.includes(id)),
  ];
  return {
    schemaVersion: 1,
    version: "simulation-1",
    defaultLanguage: "en",
    languages: ["de", "en", "zh"],
    inboxes: inboxes.map((inbox) => withNight(inbox, random.fork(`night of ${inbox.id}`))),
    channels: channelCapabilities(),
    cannedReplies: [],
    templates: [template],
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
