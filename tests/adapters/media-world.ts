import { once } from "node:events";
import { createServer, get, type IncomingMessage, type RequestListener } from "node:http";
import type { AddressInfo, Server } from "node:net";
import type { Open } from "../../shared/adapters/media-http.ts";
import type { Resolve } from "../../shared/adapters/pinned-request.ts";
import type { MediaHosts, MediaLocation } from "../../shared/ports/media.ts";

export const limit = { maxBytes: 1_000, timeoutMs: 5_000 };
export const publicAddress = "93.184.215.14";

const closing: Server[] = [];

export async function closeServers(): Promise<void> {
  for (const server of closing.splice(0)) {
    const closed = once(server, "close");
    server.close();
    if ("closeAllConnections" in server) (server as ReturnType<typeof createServer>).closeAllConnections();
    await closed;
  }
}

/** @returns the port */
export async function listening(server: Server, address = "127.0.0.1"): Promise<number> {
  server.listen(0, address);
  await once(server, "listening");
  closing.push(server);
  return (server.address() as AddressInfo).port;
}

export const serve = (listener: RequestListener): Promise<number> => listening(createServer(listener));

export const asAddress = (address: string) => ({ address, family: address.includes(":") ? 6 : 4 });

export const resolvesTo =
  (...addresses: string[]): Resolve =>
  async () =>
    addresses.map(asAddress);

export const at = (url: string, headers: Record<string, string> = {}): MediaLocation => ({ url, headers });

export const listing = (...hosts: string[]): MediaHosts => ({ hosts, credentialHosts: hosts });

export interface Hop {
  host: string;
  addresses: string[];
  authorization: string | undefined;
}

/** Names every hop, and has those to a public address answered by a server on this machine. */
export function openTo(port: number): { open: Open; hops: Hop[] } {
  const hops: Hop[] = [];
  const open: Open = async ({ url, addresses }, headers, signal) => {
    hops.push({
      host: url.host,
      addresses: addresses.map(({ address }) => address),
      authorization: headers["authorization"],
    });
    const outgoing = get({ port, path: `${url.pathname}${url.search}`, headers, signal, agent: false });
    const [response] = (await once(outgoing, "response")) as [IncomingMessage];
    return response;
  };
  return { open, hops };
}
