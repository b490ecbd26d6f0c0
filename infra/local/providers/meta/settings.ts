import type { Deliver, ProviderClock } from "../ports.ts";
import type { FetchFile, OutboxItem, ProviderAnswer } from "../provider.ts";
import type { GraphRequest } from "./graph.ts";
import type { MetaStorage } from "./storage.ts";
import type { Subscriptions } from "./subscriptions.ts";

/** Our app at Meta. */
export interface SimulatedApp {
  appSecret: string;
  /** of every number, page and account */
  accessToken: string;
  /** where its one webhook goes, until its subscriptions are changed; "": nothing is subscribed yet */
  webhookUrl: string;
}

/** How the provider treats what it is given from now on. */
export interface Behaviour {
  /** reports in the order of the statuses, in the opposite one, each twice, or none at all */
  statusOrder: "honest" | "reversed" | "duplicated" | "withheld";
  /** so many events wait for each other and come in one request */
  eventsPerRequest: number;
  /** so many calls of the API are answered with 429 */
  throttledCalls: number;
  /** what such an answer asks to wait; null: it does not say */
  retryAfterSeconds: number | null;
  /** so many sends are accepted, and then the connection is cut */
  acceptsThenTimesOut: number;
  /** what every request to send gets instead */
  refuseWith: { status: number; code: number; subcode?: number } | null;
  /** sends are accepted and then reported as failed with this code; null: they arrive */
  undeliveredWith: number | null;
  /** customers let others see what they have read */
  readReceipts: boolean;
}

export const honest = (): Behaviour => ({
  statusOrder: "honest",
  eventsPerRequest: 1,
  throttledCalls: 0,
  retryAfterSeconds: 5,
  acceptsThenTimesOut: 0,
  refuseWith: null,
  undeliveredWith: null,
  readReceipts: true,
});

/** What every part of the simulated Meta works with. */
export interface MetaWorld {
  clock: ProviderClock;
  storage: MetaStorage;
  deliver: Deliver;
  fetchFile: FetchFile;
  app: SimulatedApp;
  subscriptions: Subscriptions;
  behaviour: Behaviour;
}

/** One of Meta's products behind the Graph API. */
export interface MetaProduct {
  /** @returns undefined where the call is about nothing of this product's */
  answer(request: GraphRequest): ProviderAnswer | Promise<ProviderAnswer | undefined> | undefined;
  /** Oldest first. */
  outbox(filter: { channel?: string; to?: string }): OutboxItem[];
}

/** A number of ours on WhatsApp. */
export interface SimulatedPhoneNumber {
  phoneNumberId: string;
  /** digits, with what people put between them */
  displayNumber: string;
}

/** A template that WhatsApp has approved; `body` with its gaps as {{1}}, {{2}} … */
export interface SimulatedTemplate {
  name: string;
  /** e.g. `en_US` */
  language: string;
  body: string;
}
