import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { HttpNotSent, HttpOutcomeUnknown } from "../../../shared/ports/http.ts";
import type { ProviderAnswer, SimulatedProvider } from "./provider.ts";

export interface ProviderHost {
  /** what a provider's origin is on this machine */
  origins: Record<string, string>;
  close(): Promise<void>;
}

/**
 * All simulated providers at one address of this machine, each of their hosts under a path of its own.
 *
 * @param log is told what a provider could not cope with; the others go on
 */
export async function hostProviders(
  providers: readonly SimulatedProvider[],
  log: (line: string) => void,
): Promise<ProviderHost> {
  const byHost = new Map(
    providers.flatMap((provider) => provider.origins.map((origin) => [new URL(origin).host, provider] as const)),
  );
  const server = createServer((request, response) => void serve(request, response, byHost, log));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const origins = providers.flatMap((provider) => provider.origins);
  return {
    origins: Object.fromEntries(origins.map((origin) => [origin, `${base}/${new URL(origin).host}`])),
    async close() {
      for (const provider of providers) provider.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  providers: Map<string, SimulatedProvider>,
  log: (line: string) => void,
): Promise<void> {
  const [, host = "", path = "/"] = /^\/([^/?]+)(.*)$/s.exec(request.url ?? "/") ?? [];
  const provider = providers.get(host);
  if (!provider) return void response.writeHead(404).end();
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const answer = await provider.handle({
      method: request.method as "GET" | "POST",
      url: `https://${host}${path}`,
      headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
      body: Buffer.concat(chunks).toString("utf8"),
    });
    response.writeHead(answer.status, answer.headers).end(bodyOf(answer));
  } catch (error) {
    // The other side sees a connection that was cut, whatever became of its call.
    if (error instanceof HttpNotSent || error instanceof HttpOutcomeUnknown) return void request.socket.destroy();
    // Whoever called has gone away, as a function does whose time is up.
    if (request.destroyed && !request.complete) return;
    // Without the path, which may hold a token.
    log(`${request.method} at ${host}: ${error instanceof Error ? error.stack : String(error)}`);
    if (response.headersSent) response.destroy();
    else response.writeHead(500).end();
  }
}

const bodyOf = (answer: ProviderAnswer): string | Uint8Array => ("bytes" in answer ? answer.bytes : answer.body);
