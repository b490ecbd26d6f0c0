import type { Deliver, ProviderClock } from "../ports.ts";
import type { FetchFile } from "../provider.ts";
import type { SimulatedTemplate } from "./create.ts";
import type { TwilioStorage } from "./storage.ts";

export interface SimulatedAccount {
  accountSid: string;
  authToken: string;
}

export interface SimulatedNumber {
  /** E.164; with `whatsapp:` before it, a sender on WhatsApp */
  number: string;
  accountSid: string;
  /** where messages to it go; its fragment may carry connection overrides */
  webhookUrl: string;
  /** where they go when that gives no good answer */
  fallbackUrl?: string;
  /** an application whose addresses count in place of these; "" or absent: none */
  applicationSid?: string;
  /** names the kind of an opt-out word in the webhook, as Advanced Opt-Out does */
  advancedOptOut?: boolean;
  /** tells customers by itself that they stopped or started messages, as Twilio does unless that is switched off */
  answersKeywords?: boolean;
}

/** A Messaging Service, which takes messages to its numbers in. */
export interface SimulatedService {
  /** MG and 32 hexadecimal digits */
  sid: string;
  accountSid: string;
  name: string;
  /** where messages to its numbers go; null: nowhere */
  webhookUrl: string | null;
  /** messages go where their number's own settings say */
  defersToNumbers: boolean;
  numbers: string[];
}

/** How the provider treats what it is given from now on. */
export interface Behaviour {
  /** callbacks in the order of the statuses, in the opposite one, each twice, or none at all */
  statusOrder: "honest" | "reversed" | "duplicated" | "withheld";
  /** sends end as undelivered with this error code; null: they are delivered */
  undeliveredWith: number | null;
  /** so many calls of the API are answered with 429 */
  throttledCalls: number;
  /** so many requests to send are accepted, and then the connection is cut */
  acceptsThenTimesOut: number;
  /** what every request to send gets instead */
  refuseWith: { status: number; code: number } | null;
  /** so many calls of a webhook find no connection */
  unconnectedWebhooks: number;
  /** customers on WhatsApp let others see what they have read */
  readReceipts: boolean;
}

export interface SimulatedTwilioOptions {
  clock: ProviderClock;
  storage: TwilioStorage;
  deliver: Deliver;
  accounts: SimulatedAccount[];
  numbers: SimulatedNumber[];
  /** absent: files on messages out are not fetched, and customers' have to bring their bytes */
  fetchFile?: FetchFile;
  templates?: SimulatedTemplate[];
  services?: SimulatedService[];
}
