import { VirtualClock } from "../../../../infra/local/clock.ts";
import { TwilioStorage } from "../../../../infra/local/providers/twilio/storage.ts";
import { SimulatedTwilio } from "../../../../infra/local/providers/twilio/twilio.ts";
import { sms } from "../../../../shared/channels/sms/index.ts";
import type { Parsed, WebhookRequest } from "../../../../shared/channels/channel.ts";
import type { Http } from "../../../../shared/ports/http.ts";
import { accountSid, config, publicUrl, secret, sendId, sendRequest, tokens } from "../../../channels/sms/samples.ts";
import { portsWith } from "../../../contracts/channel.ts";

export const customer = "+4915550100200";
export const [main, second] = ["+15550100001", "+15550100002"];
export const startMs = Date.parse("2026-11-04T10:00:00.000Z");

const webhook = sms.webhook!;

/** A simulated Twilio whose webhooks end in the SMS channel; `reply` decides what the router answers. */
export class World {
  readonly clock: VirtualClock;
  readonly twilio: SimulatedTwilio;
  readonly requests: WebhookRequest[] = [];
  reply: (request: WebhookRequest, count: number) => number = () => 200;
  readonly http: Http = { call: async (request) => this.twilio.handle(request) };
  readonly ports = portsWith({ http: this.http });

  constructor({ file = ":memory:", path = "/webhooks/twilio/messages", advancedOptOut = false, nowMs = startMs } = {}) {
    this.clock = new VirtualClock({ frozenAtMs: nowMs });
    this.twilio = new SimulatedTwilio({
      clock: this.clock,
      storage: new TwilioStorage(file, "test"),
      deliver: async (url, headers, body) => this.#receive(url, headers, body),
      accounts: [{ accountSid, authToken: tokens.current }],
      numbers: [main, second].map((number) => ({
        number,
        accountSid,
        webhookUrl: publicUrl + path,
        advancedOptOut,
      })),
    });
  }

  #receive(url: string, headers: Record<string, string>, body: string): number {
    const { pathname, search } = new URL(url);
    const request = { method: "POST", path: pathname, rawQuery: search.slice(1), headers, body, domainName: "" };
    this.requests.push(request);
    return this.reply(request, this.requests.length);
  }

  text(body: string, change: { from?: string; to?: string; mediaUrls?: string[] } = {}) {
    return this.twilio.inbound({ from: customer, to: main, body, ...change });
  }

  send(text: string, from = main) {
    const statusUrl = `${publicUrl}${webhook.statusPath(sendId)}`;
    const inbox = { ...sendRequest.inbox, address: from };
    return sms.send({ ...sendRequest, to: customer, inbox, text, statusUrl }, this.ports);
  }

  /** What the channel makes of every webhook so far; each must be signed for us. */
  parsed(): Parsed[] {
    return this.requests.flatMap((request) => {
      const verified = webhook.verify(request, { secret, publicUrls: [publicUrl], now: this.clock.now() });
      if (!verified.ok) throw new Error(verified.reason);
      return webhook.parse(request, config) ?? [];
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
