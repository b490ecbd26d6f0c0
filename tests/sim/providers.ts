import { SimulatedCustom } from "../../infra/local/providers/custom/custom.ts";
import { CustomStorage } from "../../infra/local/providers/custom/storage.ts";
import { SimulatedMeta } from "../../infra/local/providers/meta/meta.ts";
import { MetaStorage } from "../../infra/local/providers/meta/storage.ts";
import type { Deliver } from "../../infra/local/providers/ports.ts";
import type { FetchFile, SimulatedProvider } from "../../infra/local/providers/provider.ts";
import { SimulatedTelegram } from "../../infra/local/providers/telegram/telegram.ts";
import { TelegramStorage } from "../../infra/local/providers/telegram/storage.ts";
import { SimulatedTwilio } from "../../infra/local/providers/twilio/twilio.ts";
import { TwilioStorage } from "../../infra/local/providers/twilio/storage.ts";
import {
  accountSid,
  botNames,
  counterOrigin,
  instagramId,
  numbers,
  pageId,
  phoneNumberId,
  secrets,
  template,
  twilioWhatsAppNumber,
  type SocialInboxId,
} from "./configuration.ts";
import { publicUrl } from "./host/host.ts";
import type { SeededRandom } from "./host/random.ts";
import type { Timeline } from "./host/timeline.ts";

export interface ProvidersContext {
  timeline: Timeline;
  random: SeededRandom;
  /** of their ids */
  seed: string;
  deliver: Deliver;
  fetchFile: FetchFile;
  social: readonly SocialInboxId[];
}

type Common = Pick<ProvidersContext, "deliver" | "fetchFile"> & { clock: Timeline };

/** The carriers that a history has; texts always have theirs. */
export class Providers {
  readonly twilio: SimulatedTwilio;
  readonly meta: SimulatedMeta | undefined;
  readonly telegram: SimulatedTelegram | undefined;
  readonly custom: SimulatedCustom | undefined;
  readonly #byOrigin = new Map<string, SimulatedProvider>();

  constructor({ timeline: clock, random, seed, deliver, fetchFile, social }: ProvidersContext) {
    const common = { clock, deliver, fetchFile };
    const has = (...ids: SocialInboxId[]): boolean => ids.some((id) => social.includes(id));
    this.twilio = twilioOf(common, seed);
    if (has("whatsapp", "messenger", "instagram")) this.meta = metaOf(common, seed, random);
    if (has("telegram", "telegram-sales")) this.telegram = telegramOf(common, seed);
    if (has("counter")) this.custom = customOf(common, seed, random);
    for (const provider of this.#all) for (const origin of provider.origins) this.#byOrigin.set(origin, provider);
  }

  at(origin: string): SimulatedProvider {
    const provider = this.#byOrigin.get(origin);
    if (!provider) throw new Error(`Nobody stands in for ${origin}.`);
    return provider;
  }

  close(): void {
    for (const provider of this.#all) provider.close();
  }

  get #all(): SimulatedProvider[] {
    return [this.twilio, this.meta, this.telegram, this.custom].filter((provider) => provider !== undefined);
  }
}

function twilioOf(common: Common, seed: string): SimulatedTwilio {
  const texts = Object.values(template.texts);
  return new SimulatedTwilio({
    ...common,
    storage: new TwilioStorage(":memory:", seed),
    accounts: secrets.twilio.accounts,
    // Twilio tries again as often as its connection overrides allow.
    numbers: [...Object.values(numbers), `whatsapp:${twilioWhatsAppNumber}`].map((number) => ({
      number,
      accountSid,
      webhookUrl: `${publicUrl}/webhooks/twilio/messages#rc=5&rp=all`,
    })),
    templates: texts.map(({ name, body }) => ({ sid: name, body })),
  });
}

function metaOf(common: Common, seed: string, random: SeededRandom): SimulatedMeta {
  const { appSecret, accessTokens } = secrets.meta;
  const meta = new SimulatedMeta({
    ...common,
    storage: new MetaStorage(":memory:", seed),
    app: { appSecret, accessToken: accessTokens[phoneNumberId]!, webhookUrl: `${publicUrl}/webhooks/meta` },
    numbers: [{ phoneNumberId, displayNumber: "15005550111" }],
    templates: Object.values(template.texts),
    accounts: [
      { channel: "messenger", id: pageId },
      { channel: "instagram", id: instagramId },
    ],
  });
  meta.behaviour.eventsPerRequest = random.pick([1, 4, 20, 20]);
  meta.behaviour.statusOrder = random.pick(["honest", "honest", "reversed", "duplicated", "withheld"]);
  return meta;
}

function telegramOf(common: Common, seed: string): SimulatedTelegram {
  const bots = (["telegram", "telegram-sales"] as const).map((inboxId) => ({
    userName: botNames[inboxId],
    webhookUrl: `${publicUrl}/webhooks/telegram/${inboxId}`,
    ...secrets.telegram.bots[inboxId],
  }));
  return new SimulatedTelegram({ ...common, storage: new TelegramStorage(":memory:", seed), bots });
}

function customOf(common: Common, seed: string, random: SeededRandom): SimulatedCustom {
  const { secret } = secrets.custom.inboxes.counter;
  const id = "counter";
  const replyUrl = `${counterOrigin}/replies`;
  const inboxes = [{ id, secret, replyUrl, webhookUrl: `${publicUrl}/webhooks/custom/${id}` }];
  const custom = new SimulatedCustom({ ...common, storage: new CustomStorage(":memory:", seed), inboxes });
  custom.behaviour.statusOrder = random.pick(["honest", "reversed", "duplicated"]);
  return custom;
}
