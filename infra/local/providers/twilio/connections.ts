import { createHash } from "node:crypto";
import type { HttpAnswer } from "../../../../shared/ports/http.ts";
import type { ProviderCall } from "../provider.ts";
import { failure, json, unknownParameter } from "./answers.ts";
import { isWhatsApp } from "./message.ts";
import type { SimulatedNumber, SimulatedService } from "./settings.ts";

/* Where messages to a number go, as Twilio's REST API shows and changes it. */

/** Where the Senders API and Messaging Services are. */
export const messagingOrigin = "https://messaging.twilio.com";

/** What these resources are made of. Changes last until the process ends. */
export interface Connections {
  /** by address */
  numbers: ReadonlyMap<string, SimulatedNumber>;
  services: readonly SimulatedService[];
}

/** As Twilio names things: two letters for the kind and 32 hexadecimal digits. */
const sidOf = (kind: string, name: string): string =>
  kind + createHash("sha256").update(name).digest("hex").slice(0, 32);

const numbersOf = (accountSid: string, { numbers }: Connections): SimulatedNumber[] =>
  Array.from(numbers.values()).filter((number) => number.accountSid === accountSid);

const notFound = ({ pathname }: URL): HttpAnswer =>
  failure(404, 20404, `The requested resource ${pathname} was not found`);

const isUrl = (url: string): boolean => url === "" || (URL.canParse(url) && /^https?:\/\//.test(url));
const isMethod = (method: string): boolean => method === "POST" || method === "GET";

/**
 * Our telephone numbers. Texts to one go to its SmsUrl, and to its SmsFallbackUrl where that fails.
 *
 * @param sid of one of them; absent: the list
 * @see https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource
 */
export function answerNumbers(
  { call, url, accountSid, sid }: { call: ProviderCall; url: URL; accountSid: string; sid: string | undefined },
  connections: Connections,
): HttpAnswer {
  const ours = numbersOf(accountSid, connections).filter(({ number }) => !isWhatsApp(number));
  if (sid === undefined) return call.method === "GET" ? listNumbers(ours, url) : failure(405, 20004, "Not allowed");
  const number = ours.find((each) => sidOf("PN", each.number) === sid);
  if (!number) return notFound(url);
  if (call.method === "GET") return json(200, numberResource(number));
  const form = new URLSearchParams(call.body ?? "");
  const known = ["SmsUrl", "SmsMethod", "SmsFallbackUrl", "SmsFallbackMethod", "SmsApplicationSid"];
  const problem = unknownParameter(form, known);
  if (problem) return problem;
  const { webhookUrl, fallbackUrl = "", applicationSid = "" } = number;
  const [smsUrl, fallback] = [form.get("SmsUrl") ?? webhookUrl, form.get("SmsFallbackUrl") ?? fallbackUrl];
  if (!isUrl(smsUrl) || !isUrl(fallback)) return failure(400, 21402, "Url is not a valid URL");
  const methods = [form.get("SmsMethod") ?? "POST", form.get("SmsFallbackMethod") ?? "POST"];
  if (!methods.every(isMethod)) return failure(400, 21403, "Method is not valid");
  if (methods.includes("GET")) return failure(400, 20001, "The simulated Twilio calls webhooks by POST alone");
  const application = form.get("SmsApplicationSid") ?? applicationSid;
  Object.assign(number, { webhookUrl: smsUrl, fallbackUrl: fallback, applicationSid: application });
  return json(200, numberResource(number));
}

function listNumbers(ours: SimulatedNumber[], url: URL): HttpAnswer {
  const problem = unknownParameter(url.searchParams, ["PhoneNumber", "PageSize"]);
  if (problem) return problem;
  const asked = url.searchParams.get("PhoneNumber");
  const found = ours.filter(({ number }) => asked === null || number === asked);
  const ends = { page: 0, page_size: 50, start: 0, end: Math.max(0, found.length - 1), uri: url.pathname };
  const none = { first_page_uri: url.pathname, previous_page_uri: null, next_page_uri: null };
  return json(200, { incoming_phone_numbers: found.map(numberResource), ...ends, ...none });
}

const numberResource = ({
  number,
  accountSid,
  webhookUrl,
  fallbackUrl = "",
  applicationSid = "",
}: SimulatedNumber) => ({
  sid: sidOf("PN", number),
  account_sid: accountSid,
  phone_number: number,
  friendly_name: number,
  sms_url: webhookUrl,
  sms_method: "POST",
  sms_fallback_url: fallbackUrl,
  sms_fallback_method: "POST",
  sms_application_sid: applicationSid,
});

const resourcePath =
  /^\/v(?:(?<senders>2\/Channels\/Senders)(?:\/(?<sender>XE[0-9a-f]{32}))?|1\/Services(?:\/(?<service>MG[0-9a-fA-F]{32})\/PhoneNumbers)?)$/;

/** Senders on WhatsApp, and Messaging Services with their numbers. */
export function answerMessaging(call: ProviderCall, accountSid: string, connections: Connections): HttpAnswer {
  const url = new URL(call.url);
  const path = resourcePath.exec(url.pathname)?.groups;
  if (!path) return notFound(url);
  if (path["senders"]) return answerSenders(call, { url, accountSid, sid: path["sender"] }, connections);
  if (call.method !== "GET") return failure(405, 20004, "Method not allowed");
  const services = connections.services.filter((service) => service.accountSid === accountSid);
  if (!path["service"]) return page(url, "services", services.map(serviceResource));
  const service = services.find(({ sid }) => sid === path["service"]);
  if (!service) return notFound(url);
  const members = service.numbers.map((number) => ({ sid: sidOf("PN", number), phone_number: number }));
  return page(url, "phone_numbers", members);
}

const page = (url: URL, key: string, items: object[]): HttpAnswer =>
  json(200, { [key]: items, meta: { key, page: 0, page_size: 50, url: url.href, next_page_url: null } });

/** @see https://www.twilio.com/docs/messaging/services/api */
const serviceResource = ({ sid, accountSid, name, webhookUrl, defersToNumbers }: SimulatedService) => ({
  sid,
  account_sid: accountSid,
  friendly_name: name,
  inbound_request_url: webhookUrl,
  inbound_method: "POST",
  fallback_url: null,
  use_inbound_webhook_on_number: defersToNumbers,
});

/** @see https://www.twilio.com/docs/whatsapp/api/senders */
function answerSenders(
  call: ProviderCall,
  { url, accountSid, sid }: { url: URL; accountSid: string; sid: string | undefined },
  connections: Connections,
): HttpAnswer {
  const ours = numbersOf(accountSid, connections).filter(({ number }) => isWhatsApp(number));
  if (sid === undefined) {
    if (call.method !== "GET") return failure(405, 20004, "Method not allowed");
    if (url.searchParams.get("Channel") !== "whatsapp") return failure(400, 20001, "Channel is required");
    return page(url, "senders", ours.map(senderResource));
  }
  const sender = ours.find(({ number }) => sidOf("XE", number) === sid);
  if (!sender) return notFound(url);
  if (call.method === "GET") return json(200, senderResource(sender));
  const { webhook } = JSON.parse(call.body ?? "{}") as { webhook?: Partial<ReturnType<typeof webhookOf>> };
  const after = { ...webhookOf(sender), ...webhook };
  if (!isUrl(after.callback_url) || !isUrl(after.fallback_url)) return failure(400, 21402, "Url is not a valid URL");
  Object.assign(sender, { webhookUrl: after.callback_url, fallbackUrl: after.fallback_url });
  return json(202, senderResource(sender));
}

const webhookOf = ({ webhookUrl, fallbackUrl = "" }: SimulatedNumber) => ({
  callback_url: webhookUrl,
  callback_method: "POST",
  fallback_url: fallbackUrl,
  fallback_method: "POST",
});

const senderResource = (sender: SimulatedNumber) => ({
  sid: sidOf("XE", sender.number),
  status: "ONLINE",
  sender_id: sender.number,
  webhook: webhookOf(sender),
});

/**
 * Where a message to the number goes: a Messaging Service's own address comes before the number's, and an application's too.
 *
 * @see https://www.twilio.com/docs/messaging/services/api
 * @see https://www.twilio.com/docs/phone-numbers/api/incomingphonenumber-resource (sms_application_sid)
 */
export function webhookFor(number: SimulatedNumber, { services }: Connections): { url: string; fallbackUrl?: string } {
  const service = services.find((each) => each.numbers.includes(number.number) && !each.defersToNumbers);
  if (service) return { url: service.webhookUrl ?? "" };
  if (number.applicationSid) return { url: "" };
  return { url: number.webhookUrl, ...(number.fallbackUrl && { fallbackUrl: number.fallbackUrl }) };
}
