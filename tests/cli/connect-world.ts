import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { connectProvider, type ConnectRequest } from "../../infra/cli/connect.ts";
import { VirtualClock } from "../../infra/local/clock.ts";
import { hostProviders, type ProviderHost } from "../../infra/local/providers/host.ts";
import { SimulatedMeta } from "../../infra/local/providers/meta/meta.ts";
import { MetaStorage } from "../../infra/local/providers/meta/storage.ts";
import { appId } from "../../infra/local/providers/meta/subscriptions.ts";
import type { SimulatedService } from "../../infra/local/providers/twilio/settings.ts";
import { TelegramStorage } from "../../infra/local/providers/telegram/storage.ts";
import { SimulatedTelegram } from "../../infra/local/providers/telegram/telegram.ts";
import { TwilioStorage } from "../../infra/local/providers/twilio/storage.ts";
import { SimulatedTwilio } from "../../infra/local/providers/twilio/twilio.ts";
import { loadConfiguration } from "../../infra/configuration/load.ts";
import { fetchHttp } from "../../shared/adapters/http.ts";
import type { Http } from "../../shared/ports/http.ts";

export const [numberOne, numberTwo, whatsAppNumber] = ["+15005550006", "+15005550009", "+15005550010"];
const accountSid = `AC${"1".repeat(32)}`;
const [authToken, token, accessToken] = ["twilios-auth-token", "7000000001:bots-token", "metas-access-token"];
export const [phoneNumberId, pageId, instagramId] = ["100000000000001", "100000000000002", "17840000000000001"];
export const configuration = loadConfiguration(new URL("../../router.yaml", import.meta.url).pathname);

export interface WorldOptions {
  services?: SimulatedService[];
  applicationSid?: string;
  /** where Meta's events go before; absent: nowhere */
  metaWebhookUrl?: string;
}

/** Providers that nothing is connected to yet, over HTTP, and what stands in for the router. */
export class World {
  readonly lines: string[] = [];
  readonly problems: string[] = [];
  /** what the router was asked by, method and path */
  readonly asked: string[] = [];
  routerStatus = 200;
  readonly #clock = new VirtualClock({ frozenAtMs: Date.parse("2026-11-04T10:00:00.000Z") });
  readonly #router: Server;
  #host: ProviderHost | undefined;
  twilio!: SimulatedTwilio;
  telegram!: SimulatedTelegram;
  meta!: SimulatedMeta;

  constructor() {
    this.#router = createServer((request, response) => {
      this.asked.push(`${request.method} ${request.url?.split("?")[0]}`);
      request.resume();
      response
        .writeHead(this.routerStatus, { "content-type": "application/json" })
        .end(this.routerStatus === 200 ? challengeOf(request) : '{"detail":"no"}');
    });
  }

  async open(options: WorldOptions = {}): Promise<this> {
    await new Promise<void>((resolve) => this.#router.listen(0, "127.0.0.1", resolve));
    const clock = this.#clock;
    const deliver = async (url: string, headers: Record<string, string>, body: string): Promise<number> =>
      (await fetchHttp.call({ method: "POST", url, headers, body, timeoutMs: 5_000 })).status;
    const fetchFile = async (url: string) => {
      const response = await fetch(url);
      return { contentType: "text/plain", bytes: new Uint8Array(await response.arrayBuffer()) };
    };
    const common = { clock, deliver, fetchFile };
    const { services = [], applicationSid = "", metaWebhookUrl = "" } = options;
    this.twilio = new SimulatedTwilio({
      ...common,
      storage: new TwilioStorage(":memory:"),
      accounts: [{ accountSid, authToken }],
      numbers: [numberOne, numberTwo, `whatsapp:${whatsAppNumber}`].map((number) => ({
        number: number!,
        accountSid,
        webhookUrl: "",
        applicationSid,
      })),
      services,
    });
    this.telegram = new SimulatedTelegram({
      ...common,
      storage: new TelegramStorage(":memory:"),
      bots: [{ userName: "switchyard_bot", token: token!, secretToken: "", webhookUrl: "" }],
    });
    this.meta = new SimulatedMeta({
      ...common,
      storage: new MetaStorage(":memory:"),
      app: { appSecret: "metas-app-secret", accessToken: accessToken!, webhookUrl: metaWebhookUrl },
      numbers: [{ phoneNumberId: phoneNumberId!, displayNumber: "15005550011" }],
      accounts: [
        { channel: "messenger", id: pageId! },
        { channel: "instagram", id: instagramId! },
      ],
    });
    this.#host = await hostProviders([this.twilio, this.telegram, this.meta], (line) => this.problems.push(line));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#router.address() as AddressInfo).port}`;
  }

  readonly http: Http = {
    call: (call) => {
      const { origin, pathname, search } = new URL(call.url);
      const served = this.#host!.origins[origin];
      return fetchHttp.call(served === undefined ? call : { ...call, url: served + pathname + search });
    },
  };

  async connect(provider: ConnectRequest["provider"], change: Partial<ConnectRequest> = {}): Promise<boolean> {
    this.lines.length = 0;
    this.problems.length = 0;
    const document = JSON.stringify(documents[provider]);
    const request = { provider, url: this.url, document, configuration, appId, isDry: false, ...change };
    const output = {
      say: (line: string) => this.lines.push(line),
      complain: (line: string) => this.problems.push(line),
    };
    return connectProvider(request, this.http, output);
  }

  async close(): Promise<void> {
    await this.#host?.close();
    this.#clock.close();
    this.#router.closeAllConnections();
    await new Promise((resolve) => this.#router.close(resolve));
  }
}

/** Meta's question has one, others have none. */
const challengeOf = ({ url = "" }: IncomingMessage): string =>
  new URLSearchParams(url.split("?")[1]).get("hub.challenge") ?? "";

export const documents = {
  twilio: { accounts: [{ accountSid, authToken, numbers: [numberOne, numberTwo, whatsAppNumber] }] },
  telegram: { bots: { telegram: { token, secretToken: "bots-secret-word" } } },
  meta: {
    appSecret: "metas-app-secret",
    verifyToken: "metas-verify-token",
    accessTokens: Object.fromEntries([phoneNumberId, pageId, instagramId].map((address) => [address, accessToken])),
  },
};
