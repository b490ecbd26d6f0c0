import { join } from "node:path";
import { fetchHttp } from "../../shared/adapters/http.ts";
import type { Configuration } from "../../shared/core/configuration.ts";
import type { VirtualClock } from "./clock.ts";
import { hostProviders } from "./providers/host.ts";
import type { Deliver } from "./providers/ports.ts";
import type { FetchFile, SimulatedProvider } from "./providers/provider.ts";
import { TelegramStorage } from "./providers/telegram/storage.ts";
import { SimulatedTelegram } from "./providers/telegram/telegram.ts";
import { TwilioStorage } from "./providers/twilio/storage.ts";
import { SimulatedTwilio } from "./providers/twilio/twilio.ts";
import type { SandboxAccounts } from "./sandbox.ts";

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
}

/** Whoever carries messages between customers and the router, all on this machine. */
export interface ProviderSide {
  twilio: SimulatedTwilio;
  telegram: SimulatedTelegram;
  all: SimulatedProvider[];
  /** providers' origins, and where this machine serves them */
  origins: Record<string, string>;
  close(): Promise<void>;
}

export async function startProviders(options: ProviderSideOptions): Promise<ProviderSide> {
  const twilio = createTwilio(options);
  const telegram = createTelegram(options);
  const all = [twilio, telegram];
  const { origins, close } = await hostProviders(all);
  return { twilio, telegram, all, origins, close };
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
