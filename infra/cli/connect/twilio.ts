import { getExpectedTwilioSignature } from "twilio/lib/webhooks/webhooks.js";
import { accountOf, readAccounts, type TwilioAccount } from "../../../shared/channels/twilio/account.ts";
import type { Configuration } from "../../../shared/core/configuration.ts";
import type { Http } from "../../../shared/ports/http.ts";
import { type Account, ConnectRefused, type Connection, type Settings } from "./connection.ts";
import { askRouter } from "./router.ts";
import { asked, twilioClient } from "./twilio-client.ts";

type Client = ReturnType<typeof twilioClient>;

interface Target {
  /** the router's public URL */
  url: string;
  configuration: Configuration;
  http: Http;
}

/**
 * Five times more, after errors and time-outs too: what Twilio does not do by itself.
 *
 * @see https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
 */
const overrides = "#rc=5&rp=5xx,ct,rt";

/**
 * Each account of the secret's document with its numbers: those that it lists, and the inboxes of router.yaml that it sends
 * for.
 *
 * @throws UnusableSecret
 */
export function twilioAccounts(document: unknown, target: Target): Account[] {
  return readAccounts(document).map((account) => {
    const numbers = numbersOf(account, document, target.configuration);
    return {
      name: `account ${account.accountSid}`,
      askRouter: () => askAsTwilio(account, target),
      connections: async () => {
        const client = twilioClient(account, target.http);
        const webhookUrl = webhookOf(target.url) + overrides;
        const senders = await asked(() => client.messaging.v2.channelsSenders.list({ channel: "whatsapp" }));
        const services = await servicesInTheWay(webhookUrl, client);
        const connections: Connection[] = [];
        for (const [number, kinds] of numbers)
          connections.push(...(await connectionsOf({ number, kinds }, { client, senders, services, webhookUrl })));
        return connections;
      },
    };
  });
}

/** What a number is for; empty: router.yaml does not say. */
type Kinds = Set<"texts" | "WhatsApp">;

function numbersOf(account: TwilioAccount, document: unknown, { inboxes }: Configuration): Map<string, Kinds> {
  const numbers = new Map<string, Kinds>((account.numbers ?? []).map((number) => [number, new Set()]));
  for (const { channel, provider, address } of inboxes) {
    const kind = channel === "sms" ? "texts" : channel === "whatsapp" && provider === "twilio" ? "WhatsApp" : undefined;
    if (kind === undefined || accountOf(document, address)?.accountSid !== account.accountSid) continue;
    numbers.set(address, (numbers.get(address) ?? new Set()).add(kind));
  }
  return numbers;
}

/** A message of a kind that no channel carries: the router checks its signature and lets it go. */
async function askAsTwilio({ accountSid, authToken }: TwilioAccount, { url, http }: Target): Promise<void> {
  const webhookUrl = webhookOf(url);
  const fields = { AccountSid: accountSid, From: "switchyard:connect", To: "switchyard:connect" };
  const headers = {
    "content-type": "application/x-www-form-urlencoded",
    "x-twilio-signature": getExpectedTwilioSignature(authToken, webhookUrl, fields),
  };
  await askRouter({ method: "POST", url: webhookUrl, headers, body: new URLSearchParams(fields).toString() }, http);
}

const webhookOf = (url: string): string => `${url}/webhooks/twilio/messages`;

interface Surroundings {
  client: Client;
  senders: Sender[];
  /** by a number's SID: what to do about the Messaging Service that it is in */
  services: Map<string, string>;
  webhookUrl: string;
}
type Sender = Awaited<ReturnType<Client["messaging"]["v2"]["channelsSenders"]["list"]>>[number];

async function connectionsOf(
  { number, kinds }: { number: string; kinds: Kinds },
  around: Surroundings,
): Promise<Connection[]> {
  const { client, senders, webhookUrl } = around;
  if (/^\d{3,8}$/.test(number)) return [byHand(number, webhookUrl)];
  const [telephone] = await asked(() => client.incomingPhoneNumbers.list({ phoneNumber: number, limit: 1 }));
  const sender = senders.find(({ senderId }) => senderId === `whatsapp:${number}`);
  const isForTexts = kinds.has("texts") || kinds.size === 0;
  const isUnknown = kinds.size === 0 && !telephone && !sender;
  return [
    ...(telephone && isForTexts ? [numberConnection(number, telephone.sid, around)] : []),
    ...(sender ? [senderConnection(number, sender.sid, around)] : []),
    ...(isUnknown || (kinds.has("texts") && !telephone) ? [missing(number, "has no number")] : []),
    ...(kinds.has("WhatsApp") && !sender ? [missing(`whatsapp:${number}`, "has no WhatsApp sender")] : []),
  ];
}

const byHand = (number: string, webhookUrl: string): Connection => ({
  name: number,
  read: () =>
    Promise.reject(
      new ConnectRefused(
        `A short code is set in Twilio's console alone: webhook and fallback are ${webhookUrl} by POST.`,
      ),
    ),
  wanted: () => ({}),
  set: () => Promise.resolve(),
});

const missing = (name: string, what: string): Connection => ({
  name,
  read: () => Promise.reject(new ConnectRefused(`The account ${what} ${name}. Check it in Twilio's console.`)),
  wanted: () => ({}),
  set: () => Promise.resolve(),
});

/** @see https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource */
function numberConnection(number: string, sid: string, around: Surroundings): Connection {
  const { client, services, webhookUrl } = around;
  const service = services.get(sid);
  return {
    name: `${number} (texts)`,
    async read(): Promise<Settings> {
      const found = await asked(() => client.incomingPhoneNumbers(sid).fetch());
      return {
        sms_url: found.smsUrl ?? "",
        sms_method: found.smsMethod ?? "",
        sms_fallback_url: found.smsFallbackUrl ?? "",
        sms_fallback_method: found.smsFallbackMethod ?? "",
        // Where an application is named, Twilio goes by that and looks at no address of the number's.
        sms_application_sid: found.smsApplicationSid ?? "",
      };
    },
    wanted: () => ({
      sms_url: webhookUrl,
      sms_method: "POST",
      sms_fallback_url: webhookUrl,
      sms_fallback_method: "POST",
      sms_application_sid: "",
    }),
    async set() {
      await asked(() =>
        client.incomingPhoneNumbers(sid).update({
          smsUrl: webhookUrl,
          smsMethod: "POST",
          smsFallbackUrl: webhookUrl,
          smsFallbackMethod: "POST",
          smsApplicationSid: "",
        }),
      );
    },
    obstacles: () => (service === undefined ? [] : [service]),
  };
}

/**
 * A Messaging Service takes its numbers' messages to an address of its own, unless it leaves that to them. It may serve others
 * too, so it is not changed here.
 *
 * @see https://www.twilio.com/docs/messaging/services/api (use_inbound_webhook_on_number)
 */
async function servicesInTheWay(webhookUrl: string, client: Client): Promise<Surroundings["services"]> {
  const byNumber: Surroundings["services"] = new Map();
  for (const service of await asked(() => client.messaging.v1.services.list())) {
    if (service.useInboundWebhookOnNumber || service.inboundRequestUrl === webhookUrl) continue;
    const now = service.inboundRequestUrl ? `go to ${service.inboundRequestUrl}` : "go nowhere";
    const advice = `It is in the Messaging Service "${service.friendlyName}" (${service.sid}), whose own setting counts: its messages ${now}. In Twilio's console, under the service's Integration, choose "Defer to sender's webhook".`;
    for (const { sid } of await asked(() => client.messaging.v1.services(service.sid).phoneNumbers.list()))
      byNumber.set(sid, advice);
  }
  return byNumber;
}

/**
 * Twilio's page calls this API a public beta.
 *
 * @see https://www.twilio.com/docs/whatsapp/api/senders
 */
function senderConnection(number: string, sid: string, { client, webhookUrl }: Surroundings): Connection {
  const wanted = {
    callback_url: webhookUrl,
    callback_method: "POST",
    fallback_url: webhookUrl,
    fallback_method: "POST",
  };
  let others: Settings = {};
  let status = "";
  return {
    name: `${number} (WhatsApp)`,
    async read() {
      const sender = await asked(() => client.messaging.v2.channelsSenders(sid).fetch());
      const { callbackUrl, callbackMethod, fallbackUrl, fallbackMethod, statusCallbackUrl, statusCallbackMethod } =
        sender.webhook ?? {};
      others = {
        ...(statusCallbackUrl && { status_callback_url: statusCallbackUrl }),
        ...(statusCallbackMethod && { status_callback_method: statusCallbackMethod }),
      };
      ({ status } = sender);
      return {
        callback_url: callbackUrl ?? "",
        callback_method: callbackMethod ?? "",
        fallback_url: fallbackUrl ?? "",
        fallback_method: fallbackMethod ?? "",
      };
    },
    wanted: () => wanted,
    async set() {
      // The package hands JSON on as it is given, and Twilio reads these names, not those of the package's types.
      const update = { webhook: { ...others, ...wanted } } as object;
      await asked(() => client.messaging.v2.channelsSenders(sid).update(update));
    },
    notes: () => (status.startsWith("ONLINE") ? [] : [`Twilio says that this sender is ${status}`]),
  };
}
