import { VirtualClock } from "../../../../infra/local/clock.ts";
import { SimulatedMeta } from "../../../../infra/local/providers/meta/meta.ts";
import { MetaStorage } from "../../../../infra/local/providers/meta/storage.ts";
import type { ProvidedFile } from "../../../../infra/local/providers/provider.ts";
import type { Channel, Parsed, WebhookRequest } from "../../../../shared/channels/channel.ts";
import type { Configuration } from "../../../../shared/core/configuration.ts";
import type { Http, HttpAnswer } from "../../../../shared/ports/http.ts";
import { keys } from "../../../channels/meta/samples.ts";
import { publicUrl } from "../../../channels/samples.ts";
import { portsWith } from "../../../contracts/channel.ts";

export const startMs = Date.parse("2026-11-04T10:00:00.000Z");
export const hourMs = 60 * 60 * 1000;

type SimulatedMetaOptions = ConstructorParameters<typeof SimulatedMeta>[0];

export interface WorldOptions {
  file?: string;
  nowMs?: number;
}

/** Whose webhooks they are, and what is simulated. */
export interface MetaSide extends Pick<SimulatedMetaOptions, "numbers" | "accounts" | "templates"> {
  channels: Channel[];
  config: Configuration;
  accessToken: string;
  secret: unknown;
}

/** A simulated Meta whose webhooks end in the channels; `reply` decides what the router answers. */
export class MetaWorld {
  readonly clock: VirtualClock;
  readonly meta: SimulatedMeta;
  readonly requests: WebhookRequest[] = [];
  /** what lies at our links */
  readonly files = new Map<string, ProvidedFile>();
  reply: (count: number) => number = () => 200;
  readonly http: Http = { call: async (call) => (await this.meta.handle(call)) as HttpAnswer };
  readonly ports = portsWith({ http: this.http, clock: { now: () => this.clock.now() } });
  readonly #side: MetaSide;

  constructor(side: MetaSide, { file = ":memory:", nowMs = startMs }: WorldOptions = {}) {
    this.#side = side;
    const { accessToken, numbers, accounts, templates } = side;
    this.clock = new VirtualClock({ frozenAtMs: nowMs });
    this.meta = new SimulatedMeta({
      clock: this.clock,
      storage: new MetaStorage(file, "test"),
      deliver: async (url, headers, body) => this.#receive(url, headers, body),
      fetchFile: async (url) => this.files.get(url),
      app: { appSecret: keys.current, accessToken, webhookUrl: `${publicUrl}/webhooks/meta` },
      numbers,
      accounts,
      templates,
    });
  }

  #receive(url: string, headers: Record<string, string>, body: string): number {
    this.requests.push({ method: "POST", path: new URL(url).pathname, rawQuery: "", headers, body, domainName: "" });
    return this.reply(this.requests.length);
  }

  /** What the channels make of every webhook so far; each must be signed for us. */
  parsed(): Parsed[] {
    const { channels, config, secret } = this.#side;
    return this.requests.flatMap((request) =>
      channels.flatMap(({ webhook }) => {
        const verified = webhook!.verify(request, { secret, publicUrls: [publicUrl], now: startMs });
        if (!verified.ok) throw new Error(verified.reason);
        return webhook!.parse(request, config) ?? [];
      }),
    );
  }

  close(): void {
    this.clock.close();
    this.meta.close();
  }
}
