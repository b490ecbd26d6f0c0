import { join } from "node:path";
import { fetchHttp } from "../../shared/adapters/http.ts";
import type { Configuration } from "../../shared/core/configuration.ts";
import type { VirtualClock } from "./clock.ts";
import { SimulatedCustom } from "./providers/custom/custom.ts";
import { CustomStorage } from "./providers/custom/storage.ts";
import { hostProviders } from "./providers/host.ts";
import { SimulatedMeta } from "./providers/meta/meta.ts";
import { MetaStorage } from "./providers/meta/storage.ts";
import type { Deliver } from "./providers/ports.ts";
import type { FetchFile, SimulatedProvider } from "./providers/provider.ts";
import { TelegramStorage } from "./providers/telegram/storage.ts";
import { SimulatedTelegram } from "./providers/telegram/telegram.ts";
import { TwilioStorage } from "./providers/twilio/storage.ts";
import { SimulatedTwilio } from "./providers/twilio/twilio.ts";
import { metaInboxes, type SandboxAccounts } from "./sandbox.ts";

/** The longest that any of them waits for a webhook's answer: Twilio does. */
const webhookTimeoutMs = 15_000;

export interface ProviderSideOptions {
  clock: VirtualClock;
  /** undefined: in memory */
  directory: string | undefined;
  accounts: SandboxAccounts;
  configuration: Configuration;
  /** where the router takes webhooks */
  baseUrl: string;
  log(line: string): void;
}

/** Whoever carries messages between customers and the router, all on this machine. */
export interface ProviderSide {
  twilio: SimulatedTwilio;
  meta: SimulatedMeta;
  telegram: SimulatedTelegram;
  custom: SimulatedCustom;
  all: SimulatedProvider[];
  /** providers' origins, and where this machine serves them */
  origins: Record<string, string>;
  close(): Promise<void>;
}

export async function startProviders(options: ProviderSideOptions): Promise<ProviderSide> {
  const twilio = createTwilio(options);
  const meta = createMeta(options);
  const telegram = createTelegram(options);
  const custom = createCustom(options);
  const all = [twilio, meta, telegram, custom];
  const { origins, close } = await hostProviders(all, options.log);
  return { twilio, meta, telegram, custom, all, origins, close };
}

const common = ({ clock }: ProviderSideOptions) => {
  const deliver: Deliver = async (url, headers, body) => {
    const call = { method: "POST", url, headers, body, timeoutMs: webhookTimeoutMs } as const;
    return (await clock.busy(fetchHttp.call(call))).status;
  };
  return { clock, deliver, fetchFile };
};

/** As the real ones do, they wait no longer for a file. */
const fileTimeoutMs = 10_000;

const fetchFile: FetchFile = async (url) => {
  const response = await globalThis.fetch(url, { signal: AbortSignal.timeout(fileTimeoutMs) });
  if (response.status !== 200) return undefined;
  const contentType = response.headers.get("content-type") ?? "application/octet-stream";
  return { contentType, bytes: new Uint8Array(await response.arrayBuffer()) };
};

const databaseOf = ({ directory }: ProviderSideOptions): string =>
  directory === undefined ? ":memory:" : join(directory, "providers.sqlite");

function createTwilio(options: ProviderSideOptions): SimulatedTwilio {
  const { accounts, baseUrl, configuration } = options;
  const { inboxes, templates } = configuration;
  const webhookUrl = `${baseUrl}/webhooks/twilio/messages`;
  const { accountSid } = accounts.twilio;
  const numbers = inboxes.flatMap(({ channel, provider, address }) => {
    if (channel === "sms") return [address];
    return channel === "whatsapp" && provider === "twilio" ? [`whatsapp:${address}`] : [];
  });
  return new SimulatedTwilio({
    ...common(options),
    storage: new TwilioStorage(databaseOf(options)),
    accounts: [accounts.twilio],
    numbers: numbers.map((number) => ({ number, accountSid, webhookUrl, fallbackUrl: webhookUrl })),
    templates: templates.flatMap(({ texts }) => Object.values(texts)).map(({ name, body }) => ({ sid: name, body })),
  });
}

function createMeta(options: ProviderSideOptions): SimulatedMeta {
  const { accounts, baseUrl, configuration } = options;
  const inboxes = metaInboxes(configuration.inboxes);
  const { appSecret, accessToken } = accounts.meta;
  return new SimulatedMeta({
    ...common(options),
    storage: new MetaStorage(databaseOf(options)),
    app: { appSecret, accessToken, webhookUrl: `${baseUrl}/webhooks/meta` },
    numbers: inboxes
      .filter(({ channel }) => channel === "whatsapp")
      .map(({ address }) => ({ phoneNumberId: address, displayNumber: "15005550011" })),
    templates: configuration.templates.flatMap(({ texts }) => Object.values(texts)),
    accounts: inboxes.flatMap(({ channel, address }) =>
      channel === "messenger" || channel === "instagram" ? [{ channel, id: address }] : [],
    ),
  });
}

function createTelegram(options: ProviderSideOptions): SimulatedTelegram {
  const { accounts, baseUrl, configuration } = options;
  const bots = configuration.inboxes.filter(({ channel }) => channel === "telegram");
  return new SimulatedTelegram({
    ...common(options),
    storage: new TelegramStorage(databaseOf(options)),
    bots: bots.map(({ id, address }) => ({
      ...accounts.bot,
      userName: address,
      webhookUrl: `${baseUrl}/webhooks/telegram/${id}`,
    })),
  });
}

function createCustom(options: ProviderSideOptions): SimulatedCustom {
  const { accounts, baseUrl, configuration } = options;
  return new SimulatedCustom({
    ...common(options),
    storage: new CustomStorage(databaseOf(options)),
    inboxes: configuration.inboxes.flatMap(({ id, channel, replyUrl }) =>
      channel === "custom" && replyUrl !== undefined
        ? [{ id, replyUrl, secret: accounts.customSecret, webhookUrl: `${baseUrl}/webhooks/custom/${id}` }]
        : [],
    ),
  });
}
