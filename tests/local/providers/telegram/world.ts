import { VirtualClock } from "../../../../infra/local/clock.ts";
import type { ProvidedFile } from "../../../../infra/local/providers/provider.ts";
import { TelegramStorage } from "../../../../infra/local/providers/telegram/storage.ts";
import { SimulatedTelegram } from "../../../../infra/local/providers/telegram/telegram.ts";
import type { Parsed, SendRequest, WebhookRequest } from "../../../../shared/channels/channel.ts";
import { telegram } from "../../../../shared/channels/telegram/index.ts";
import type { HttpAnswer } from "../../../../shared/ports/http.ts";
import { config, customer, inbox, secret, sendRequest, token, words } from "../../../channels/telegram/samples.ts";
import { portsWith } from "../../../contracts/channel.ts";
import { publicUrl } from "../../../channels/samples.ts";

const webhook = telegram.webhook!;
const startMs = Date.parse("2026-11-04T10:00:00.000Z");

/** A simulated Telegram whose webhooks end in the Telegram channel; `reply` decides what the router answers. */
export class World {
  readonly clock = new VirtualClock({ frozenAtMs: startMs });
  readonly telegram: SimulatedTelegram;
  readonly requests: WebhookRequest[] = [];
  readonly files = new Map<string, ProvidedFile>();
  reply: (count: number) => number = () => 200;
  readonly ports = portsWith({
    http: { call: async (call) => (await this.telegram.handle(call)) as HttpAnswer },
    clock: { now: () => this.clock.now() },
  });

  constructor(file = ":memory:") {
    this.telegram = new SimulatedTelegram({
      clock: this.clock,
      storage: new TelegramStorage(file, "test"),
      deliver: async (url, headers, body) => this.#receive(url, headers, body),
      fetchFile: async (url) => this.files.get(url),
      bots: [
        {
          userName: inbox.address,
          token,
          webhookUrl: `${publicUrl}/webhooks/telegram/${inbox.id}`,
          secretToken: words.current,
        },
      ],
    });
  }

  #receive(url: string, headers: Record<string, string>, body: string): number {
    const request = { method: "POST", path: new URL(url).pathname, rawQuery: "", headers, body, domainName: "" };
    this.requests.push(request);
    return this.reply(this.requests.length);
  }

  does(action: Omit<Parameters<SimulatedTelegram["inbound"]>[0], "from" | "to">) {
    return this.telegram.inbound({ from: customer, to: inbox.address, ...action });
  }

  send(change: Partial<SendRequest> = {}) {
    return telegram.send({ ...sendRequest, ...change }, this.ports);
  }

  /** What the channel makes of every webhook so far; each must say our word. */
  parsed(): Parsed[] {
    return this.requests.flatMap((request) => {
      const verified = webhook.verify(request, { secret, publicUrls: [publicUrl], now: this.clock.now() });
      if (!verified.ok) throw new Error(verified.reason);
      return webhook.parse(request, config) ?? [];
    });
  }

  close(): void {
    this.clock.close();
    this.telegram.close();
  }
}
