import { VirtualClock } from "../../../../infra/local/clock.ts";
import { SimulatedMeta } from "../../../../infra/local/providers/meta/meta.ts";
import { MetaStorage } from "../../../../infra/local/providers/meta/storage.ts";
import type { CustomerAction } from "../../../../infra/local/providers/meta/whatsapp/customer.ts";
import type { ProvidedFile } from "../../../../infra/local/providers/provider.ts";
import type { Parsed, SendRequest, WebhookRequest } from "../../../../shared/channels/channel.ts";
import { whatsapp } from "../../../../shared/channels/whatsapp/index.ts";
import type { InboundMessage, StatusUpdate } from "../../../../shared/core/message.ts";
import type { Http, HttpAnswer } from "../../../../shared/ports/http.ts";
import {
  accessToken,
  config,
  customer,
  phoneNumberId,
  secret,
  sendRequest,
} from "../../../channels/whatsapp/samples.ts";
import { portsWith } from "../../../contracts/channel.ts";
import { keys } from "../../../channels/meta/samples.ts";
import { publicUrl } from "../../../channels/samples.ts";

export const startMs = Date.parse("2026-11-04T10:00:00.000Z");
export const hourMs = 60 * 60 * 1000;
export const link = "https://messages.example.com/files/token";

/** A simulated Meta whose webhooks end in WhatsApp's channel; `reply` decides what the router answers. */
export class World {
  readonly clock: VirtualClock;
  readonly meta: SimulatedMeta;
  readonly requests: WebhookRequest[] = [];
  /** what lies at our links */
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
      numbers: [{ phoneNumberId, displayNumber: "+1 555 078 3881" }],
      templates: [{ name: "order_update", language: "en", body: "Hi {{1}}, your order {{2}} is here." }],
      accounts: [],
    });
  }

  #receive(url: string, headers: Record<string, string>, body: string): number {
    this.requests.push({ method: "POST", path: new URL(url).pathname, rawQuery: "", headers, body, domainName: "" });
    return this.reply(this.requests.length);
  }

  does(action: Partial<CustomerAction>) {
    return this.meta.whatsapp.inbound({ from: customer, to: phoneNumberId, ...action });
  }

  send(change: Partial<SendRequest> = {}) {
    return whatsapp.send({ ...sendRequest, ...change }, this.ports);
  }

  /** What the channel makes of every webhook so far; each must be signed for us. */
  parsed(): Parsed[] {
    return this.requests.flatMap((request) => {
      const verified = whatsapp.webhook!.verify(request, { secret, publicUrls: [publicUrl], now: startMs });
      if (!verified.ok) throw new Error(verified.reason);
      return whatsapp.webhook!.parse(request, config) ?? [];
    });
  }

  messages(): InboundMessage[] {
    return this.parsed().filter((event) => event.kind === "message");
  }

  statuses(): StatusUpdate[] {
    return this.parsed().filter((event) => event.kind === "status");
  }
}
