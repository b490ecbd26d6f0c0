import { VirtualClock } from "../../../../infra/local/clock.ts";
import type { FetchFile } from "../../../../infra/local/providers/provider.ts";
import { TwilioStorage } from "../../../../infra/local/providers/twilio/storage.ts";
import { SimulatedTwilio, type InboundText } from "../../../../infra/local/providers/twilio/twilio.ts";
import { channelsForWebhook } from "../../../../shared/channels/registry.ts";
import { sms } from "../../../../shared/channels/sms/index.ts";
import { whatsappTwilio } from "../../../../shared/channels/whatsapp-twilio/index.ts";
import type { Parsed, LookupRequest, SendRequest, WebhookRequest } from "../../../../shared/channels/channel.ts";
import { limits } from "../../../../shared/core/limits.ts";
import type { Http } from "../../../../shared/ports/http.ts";
import { accountSid, config, secret, sendRequest, tokens } from "../../../channels/sms/samples.ts";
import { portsWith } from "../../../contracts/channel.ts";
import { publicUrl, sendId } from "../../../channels/samples.ts";

export const customer = "+4915550100200";
export const [main, second] = ["+15550100001", "+15550100002"];
export const whatsApp = "whatsapp:+15550100005";
export const contentSid = "HX00000000000000000000000000000001";
export const startMs = Date.parse("2026-11-04T10:00:00.000Z");

const webhook = sms.webhook!;

export interface WorldOptions {
  file?: string;
  path?: string;
  fallbackPath?: string;
  advancedOptOut?: boolean;
  answersKeywords?: boolean;
  nowMs?: number;
}

const channelFrom = (from: string) => (from === whatsApp ? whatsappTwilio : sms);

function requestFrom(text: string, from: string): SendRequest {
  const statusUrl = `${publicUrl}${webhook.statusPath(sendId)}`;
  const inbox = { id: "ours", channel: channelFrom(from).name, address: from.replace("whatsapp:", "") };
  const secret = { accounts: [{ accountSid, authToken: tokens.current }] };
  return { ...sendRequest, to: customer, inbox, text, statusUrl, secret };
}

/** A simulated Twilio whose webhooks end in its channels; `reply` decides what the router answers. */
export class World {
  readonly clock: VirtualClock;
  readonly twilio: SimulatedTwilio;
  readonly requests: WebhookRequest[] = [];
  reply: (request: WebhookRequest, count: number) => number = () => 200;
  readonly http: Http = { call: async (request) => this.twilio.handle(request) };
  readonly ports = portsWith({ http: this.http, clock: { now: () => this.clock.now() } });

  /** what lies at addresses elsewhere */
  readonly files = new Map<string, { contentType: string; bytes: Uint8Array }>();

  constructor(options: WorldOptions = {}) {
    const {
      file = ":memory:",
      path = "/webhooks/twilio/messages",
      fallbackPath,
      nowMs = startMs,
      ...keywords
    } = options;
    const fetchFile: FetchFile = async (url) => this.files.get(url);
    this.clock = new VirtualClock({ frozenAtMs: nowMs });
    this.twilio = new SimulatedTwilio({
      clock: this.clock,
      storage: new TwilioStorage(file, "test"),
      deliver: async (url, headers, body) => this.#receive(url, headers, body),
      accounts: [{ accountSid, authToken: tokens.current }],
      numbers: [main, second, whatsApp].map((number) => ({
        number,
        accountSid,
        webhookUrl: publicUrl + path,
        ...(fallbackPath !== undefined && { fallbackUrl: publicUrl + fallbackPath }),
        ...keywords,
      })),
      fetchFile,
      templates: [{ sid: contentSid, body: "Your parcel {{1}} comes {{2}}." }],
    });
  }

  #receive(url: string, headers: Record<string, string>, body: string): number {
    const { pathname, search } = new URL(url);
    const request = { method: "POST", path: pathname, rawQuery: search.slice(1), headers, body, domainName: "" };
    this.requests.push(request);
    return this.reply(request, this.requests.length);
  }

  text(body: string, change: Partial<InboundText> = {}) {
    return this.twilio.inbound({ from: customer, to: main, body, ...change });
  }

  send(text: string, from = main, change: Partial<SendRequest> = {}) {
    return channelFrom(from).send({ ...requestFrom(text, from), ...change }, this.ports);
  }

  /** As `send` is looked for afterwards, when its absence proves that it was never taken. */
  lookUp(text: string, from = main, change: Partial<LookupRequest> = {}) {
    const [attemptedAt, now] = [startMs, startMs + limits.sendAbsenceProvenAfterMs];
    const request = { ...requestFrom(text, from), attemptedAt, now, isTaken: async () => false, ...change };
    return channelFrom(from).lookup(request, this.ports);
  }

  /** What the channel makes of every webhook so far; each must be signed for us. */
  parsed(): Parsed[] {
    return this.requests.flatMap((request) => {
      const verified = webhook.verify(request, { secret, publicUrls: [publicUrl], now: this.clock.now() });
      if (!verified.ok) throw new Error(verified.reason);
      const channels = channelsForWebhook(request.path);
      return channels.map((channel) => channel.webhook!.parse(request, config)).find(Boolean) ?? [];
    });
  }

  statuses(): string[] {
    return this.requests.flatMap((request) => new URLSearchParams(request.body).get("MessageStatus") ?? []);
  }

  close(): void {
    this.clock.close();
    this.twilio.close();
  }
}
