import { CustomStorage } from "../../infra/local/providers/custom/storage.ts";
import { SimulatedCustom } from "../../infra/local/providers/custom/custom.ts";
import { SimulatedMeta } from "../../infra/local/providers/meta/meta.ts";
import { MetaStorage } from "../../infra/local/providers/meta/storage.ts";
import type { Deliver, ProviderClock } from "../../infra/local/providers/ports.ts";
import type { SimulatedProvider } from "../../infra/local/providers/provider.ts";
import { SimulatedTelegram } from "../../infra/local/providers/telegram/telegram.ts";
import { TelegramStorage } from "../../infra/local/providers/telegram/storage.ts";
import { TwilioStorage } from "../../infra/local/providers/twilio/storage.ts";
import { SimulatedTwilio } from "../../infra/local/providers/twilio/twilio.ts";
import type { Inbox } from "../../shared/core/inbox.ts";
import { HttpNotSent, HttpOutcomeUnknown, type Http, type HttpCall } from "../../shared/ports/http.ts";
import { MailOutcomeUnknown, type Mail } from "../../shared/ports/mail.ts";
import type { Fate } from "./fates.ts";

const publicUrl = "https://router.example";
const account = { accountSid: `AC${"6".repeat(32)}`, authToken: "token-of-the-benchmark" };
const app = { appSecret: "secret-of-the-benchmark", accessToken: "EAAG-of-the-benchmark" };
const bot = { token: `7000000002:${"A".repeat(35)}`, secretToken: "secret-of-the-bot" };
const customSecret = `whsec_${Buffer.from("a secret of the benchmark").toString("base64")}`;

/** One inbox of each kind. */
export const inboxes = {
  sms: { id: "sms", channel: "sms", address: "+15005550201" },
  "whatsapp by Twilio": { id: "whatsapp-twilio", channel: "whatsapp", provider: "twilio", address: "+15005550202" },
  whatsapp: { id: "whatsapp", channel: "whatsapp", address: "100000000000201" },
  messenger: { id: "messenger", channel: "messenger", address: "100000000000202" },
  instagram: { id: "instagram", channel: "instagram", address: "17840000000000201" },
  telegram: { id: "telegram", channel: "telegram", address: "bench_bot" },
  custom: { id: "counter", channel: "custom", address: "counter", replyUrl: "https://counter.example/replies" },
  email: { id: "support", channel: "email", address: "support@router.example" },
} as const satisfies Record<string, Inbox>;

export type Kind = keyof typeof inboxes;
export const kinds = Object.keys(inboxes) as Kind[];

/** Whose list can be asked what was sent. */
export const listedBy: ReadonlySet<Kind> = new Set(["sms", "whatsapp by Twilio", "messenger", "instagram"]);
/** Who reports what became of a message that nobody knows an id of: with ours, or as a copy that carries it. */
export const reportedBy: ReadonlySet<Kind> = new Set(kinds.filter((kind) => kind !== "telegram"));

export const secrets: Record<string, unknown> = {
  twilio: {
    accounts: [{ ...account, numbers: [inboxes.sms.address, inboxes["whatsapp by Twilio"].address] }],
  },
  meta: {
    appSecret: app.appSecret,
    verifyToken: "of the benchmark",
    accessTokens: Object.fromEntries(
      [inboxes.whatsapp, inboxes.messenger, inboxes.instagram].map(({ address }) => [address, app.accessToken]),
    ),
  },
  telegram: { bots: { telegram: bot } },
  custom: { inboxes: { counter: { secret: customSecret } } },
  signing: { signingKey: "the signing key of the benchmark" },
};

export interface CarriersOptions {
  clock: ProviderClock;
  deliver: Deliver;
  /** what SES tells of a mail, as SNS hands it on */
  tell(notification: unknown): void;
  /** of the request that is under way */
  fate(): Fate;
  /** a provider has taken a message */
  took(): void;
}

export interface Carriers {
  http: Http;
  mail: Mail;
  /** a customer writes */
  write(kind: Kind, from: string, text: string): Promise<unknown>;
  /** messages that customers have received, mail among them */
  received(): number;
  close(): void;
}

/** Everybody who carries messages, with connections that are cut as their fates say. */
export function createCarriers(options: CarriersOptions): Carriers {
  const world = { clock: options.clock, deliver: options.deliver, fetchFile: async () => undefined };
  const twilio = createTwilio(world);
  const meta = createMeta(world);
  const telegram = new SimulatedTelegram({
    ...world,
    storage: new TelegramStorage(":memory:"),
    bots: [{ ...bot, userName: inboxes.telegram.address, webhookUrl: `${publicUrl}/webhooks/telegram/telegram` }],
  });
  const { id, replyUrl } = inboxes.custom;
  const custom = new SimulatedCustom({
    ...world,
    storage: new CustomStorage(":memory:"),
    inboxes: [{ id, replyUrl, secret: customSecret, webhookUrl: `${publicUrl}/webhooks/custom/${id}` }],
  });
  const all = [twilio, meta, telegram, custom];
  const mail = new Mailboxes(options);
  return {
    http: { call: (call) => reach(call, all, options) },
    mail,
    async write(kind, from, text) {
      const { address: to } = inboxes[kind];
      if (kind === "sms") return twilio.inbound({ from, to, body: text });
      if (kind === "whatsapp by Twilio") return twilio.inbound({ from, to: `whatsapp:${to}`, body: text });
      if (kind === "whatsapp") return meta.whatsapp.inbound({ from, to, text });
      if (kind === "telegram") return telegram.inbound({ from, to, text });
      if (kind === "custom") return custom.inbound({ from, to, text });
      return meta.messaging.inbound({ from, to, text });
    },
    received: () => mail.taken + all.reduce((sum, provider) => sum + provider.outbox({}).length, 0),
    close() {
      for (const provider of all) provider.close();
    },
  };
}

type World = Pick<CarriersOptions, "clock" | "deliver"> & { fetchFile: () => Promise<undefined> };

function createTwilio(world: World): SimulatedTwilio {
  const { sms, "whatsapp by Twilio": whatsapp } = inboxes;
  const webhookUrl = `${publicUrl}/webhooks/twilio/messages`;
  const { accountSid } = account;
  return new SimulatedTwilio({
    ...world,
    storage: new TwilioStorage(":memory:", "benchmark"),
    accounts: [account],
    numbers: [sms.address, `whatsapp:${whatsapp.address}`].map((number) => ({ number, accountSid, webhookUrl })),
  });
}

function createMeta(world: World): SimulatedMeta {
  const { whatsapp, messenger, instagram } = inboxes;
  return new SimulatedMeta({
    ...world,
    storage: new MetaStorage(":memory:"),
    app: { ...app, webhookUrl: `${publicUrl}/webhooks/meta` },
    numbers: [{ phoneNumberId: whatsapp.address, displayNumber: "15005550203" }],
    accounts: [messenger, instagram].map(({ channel, address }) => ({ channel, id: address })),
  });
}

/** Only requests to send are cut: they are what must not be repeated. */
async function reach(call: HttpCall, providers: readonly FaultyProvider[], options: CarriersOptions) {
  const { origin } = new URL(call.url);
  const provider = providers.find(({ origins }: SimulatedProvider) => origins.includes(origin));
  if (!provider) throw new HttpNotSent(`Nobody is at ${call.url}.`);
  if (call.method === "GET") return textOf(await provider.handle(call));
  const { cut, isSilent } = options.fate();
  if (cut === "before it was taken") throw new HttpOutcomeUnknown("The connection was cut on the way.");
  const { behaviour } = provider;
  if ("statusOrder" in behaviour) behaviour.statusOrder = isSilent ? "withheld" : "honest";
  if (cut === "once it was taken") behaviour.acceptsThenTimesOut = 1;
  try {
    const answer = textOf(await provider.handle(call));
    if (answer.status < 300) options.took();
    return answer;
  } catch (error) {
    if (error instanceof HttpOutcomeUnknown) options.took();
    throw error;
  }
}

type FaultyProvider = SimulatedTwilio | SimulatedMeta | SimulatedTelegram | SimulatedCustom;

function textOf(answer: Awaited<ReturnType<SimulatedProvider["handle"]>>) {
  if ("body" in answer) return answer;
  throw new Error("A file came where an answer was asked for.");
}

const toldAfterMs = { Send: 200, Delivery: 1_500 };

/** SES, which has no list to ask and tells by events. */
class Mailboxes implements Mail {
  readonly #options: CarriersOptions;
  taken = 0;

  constructor(options: CarriersOptions) {
    this.#options = options;
  }

  async send({ tags }: Parameters<Mail["send"]>[0]): Promise<{ providerId: string }> {
    const { cut, isSilent } = this.#options.fate();
    if (cut === "before it was taken") throw new MailOutcomeUnknown("The connection was cut on the way.");
    this.taken += 1;
    this.#options.took();
    const providerId = `0100018f${String(this.taken).padStart(8, "0")}-bench`;
    if (!isSilent) this.#tellOf(providerId, tags);
    if (cut === "once it was taken") throw new MailOutcomeUnknown("The connection was cut after the mail was taken.");
    return { providerId };
  }

  #tellOf(messageId: string, { sendId = "" }: Record<string, string>): void {
    const { clock, tell } = this.#options;
    for (const [eventType, afterMs] of Object.entries(toldAfterMs)) {
      const message = { eventType, mail: { messageId, tags: { sendId: [sendId] } } };
      clock.at(clock.now() + afterMs, () => tell({ Type: "Notification", Message: JSON.stringify(message) }));
    }
  }
}
