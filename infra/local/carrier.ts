import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fetchHttp } from "../../shared/adapters/http.ts";
import type { VirtualClock } from "./clock.ts";
import { TwilioStorage } from "./providers/twilio/storage.ts";
import { SimulatedTwilio } from "./providers/twilio/twilio.ts";
import type { SandboxAccount } from "./sandbox.ts";

/** Twilio's own time-out for a webhook's answer. */
const webhookTimeoutMs = 15_000;

export interface CarrierOptions {
  clock: VirtualClock;
  /** undefined: in memory */
  directory: string | undefined;
  account: SandboxAccount;
  /** our numbers, E.164 */
  numbers: string[];
  /** where the router takes webhooks */
  baseUrl: string;
}

export interface Carrier {
  twilio: SimulatedTwilio;
  /** what stands in for https://api.twilio.com */
  url: string;
  close(): Promise<void>;
}

/** The simulated carrier with an address of its own, as the real one has. */
export async function startCarrier(options: CarrierOptions): Promise<Carrier> {
  const { clock, account, baseUrl } = options;
  const twilio = new SimulatedTwilio({
    clock,
    storage: new TwilioStorage(
      options.directory === undefined ? ":memory:" : join(options.directory, "providers.sqlite"),
    ),
    async deliver(url, headers, body) {
      const call = { method: "POST", url, headers, body, timeoutMs: webhookTimeoutMs } as const;
      return (await clock.busy(fetchHttp.call(call))).status;
    },
    accounts: [account],
    numbers: options.numbers.map((number) => ({
      number,
      accountSid: account.accountSid,
      webhookUrl: `${baseUrl}/webhooks/twilio/messages`,
    })),
  });
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(request.headers)) headers[name] = String(value);
    const answer = twilio.handle({
      method: request.method as "GET" | "POST",
      url: `https://api.twilio.com${request.url}`,
      headers,
      body: Buffer.concat(chunks).toString("utf8"),
    });
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    twilio,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      twilio.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
