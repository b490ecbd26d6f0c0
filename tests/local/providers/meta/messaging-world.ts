import { VirtualClock } from "../../../../infra/local/clock.ts";
import type { MessagingAction } from "../../../../infra/local/providers/meta/messaging/events.ts";
import { SimulatedMeta } from "../../../../infra/local/providers/meta/meta.ts";
import { MetaStorage } from "../../../../infra/local/providers/meta/storage.ts";
import type { ProvidedFile } from "../../../../infra/local/providers/provider.ts";
import type { LookupRequest, Parsed, SendRequest, WebhookRequest } from "../../../../shared/channels/channel.ts";
import { instagram } from "../../../../shared/channels/instagram/index.ts";
import { messenger } from "../../../../shared/channels/messenger/index.ts";
import type { Http, HttpAnswer } from "../../../../shared/ports/http.ts";
import {
  config,
  instagramSubject,
  messengerSubject,
  secret as secretOfTwo,
  sendRequest,
} from "../../../channels/messenger-platform/samples.ts";
import { portsWith } from "../../../contracts/channel.ts";
import { keys } from "../../../channels/meta/samples.ts";
import { publicUrl } from "../../../channels/samples.ts";

export const startMs = Date.parse("2026-11-04T10:00:00.000Z");
export const hourMs = 60 * 60 * 1000;

const accessToken = "token-of-the-page";
const secret = {
  ...secretOfTwo,
  accessTokens: Object.fromEntries(Object.keys(secretOfTwo.accessTokens).map((address) => [address, accessToken])),
};

export const subjects = [
  { name: "messenger" as const, channel: messenger, subject: messengerSubject },
  { name: "instagram" as const, channel: instagram, subject: instagramSubject },
];
export type Side = (typeof subjects)[number];

/** A simulated Meta whose webhooks end in the channels; `reply` decides what the router answers. */
export class World {
  readonly clock: VirtualClock;
  readonly meta: SimulatedMeta;
  readonly requests: WebhookRequest[] = [];
  readonly files = new Map<string, ProvidedFile>();
  reply: (count: number) => number = () => 200;
  readonly http: Http = { call: async (call) => (await this.meta.handle(call)) as HttpAnswer };
  readonly ports = portsWith({ http: this.http });

  constructor({ file = ":memory:", nowMs = startMs } = {}) {
    this.clock = new VirtualClock({ frozenAtMs: nowMs });
    this.meta = new SimulatedMeta({
      clock: this.clock,
      storage: new MetaStorage(file, "test"),
      deliver: async (url, headers, body) => this.#receive(url, headers, body),
      fetchFile: async (url) => this.files.get(url),
      app: { appSecret: keys.current, accessToken, webhookUrl: `${publicUrl}/webhooks/meta` },
      numbers: [],
      accounts: subjects.map(({ name, subject }) => ({ channel: name, id: subject.inbox.address })),
    });
  }

  #receive(url: string, headers: Record<string, string>, body: string): number {
    this.requests.push({ method: "POST", path: new URL(url).pathname, rawQuery: "", headers, body, domainName: "" });
    return this.reply(this.requests.length);
  }

  does({ subject }: Side, action: Partial<MessagingAction>) {
    return this.meta.messaging.inbound({ from: subject.customer, to: subject.inbox.address, ...action });
  }

  send({ channel, subject }: Side, change: Partial<SendRequest> = {}) {
    return channel.send({ ...sendRequest(subject), secret, ...change }, this.ports);
  }

  lookUp({ channel, subject }: Side, change: Partial<LookupRequest> = {}) {
    const request = { attemptedAt: startMs, now: this.clock.now(), isTaken: async () => false };
    return channel.lookup({ ...sendRequest(subject), secret, ...request, ...change }, this.ports);
  }

  /** What the channels make of every webhook so far; each must be signed for us. */
  parsed(): Parsed[] {
    return this.requests.flatMap((request) => {
      const verified = messenger.webhook!.verify(request, { secret, publicUrls: [publicUrl], now: startMs });
      if (!verified.ok) throw new Error(verified.reason);
      return subjects.flatMap(({ channel }) => channel.webhook!.parse(request, config) ?? []);
    });
  }

  close(): void {
    this.clock.close();
    this.meta.close();
  }
}
