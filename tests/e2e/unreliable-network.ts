import { createServer, connect, type AddressInfo, type Socket } from "node:net";

/** A way to a server on which every connection can be cut at any moment, as networks do: without a closing word. */
export interface UnreliableNetwork {
  /** the same URL by this way */
  through(url: string): string;
  /** Ends all that is open now, whatever is under way. @returns how many there were */
  cut(): number;
  stop(): Promise<void>;
}

export async function unreliableNetwork(target: URL): Promise<UnreliableNetwork> {
  const pairs = new Set<[Socket, Socket]>();
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    const pair: [Socket, Socket] = [client, upstream];
    pairs.add(pair);
    const end = (): void => {
      pairs.delete(pair);
      for (const socket of pair) socket.destroy();
    };
    for (const socket of pair) socket.on("error", end).on("close", end);
    // The server answers to its own name alone.
    client.once("data", (first) => {
      const text = first.toString("latin1").replace(/^host: .*$/im, `Host: ${target.host}`);
      upstream.write(text, "latin1");
      client.pipe(upstream);
    });
    upstream.pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const cut = (): number => {
    const open = Array.from(pairs);
    for (const socket of open.flat()) socket.resetAndDestroy();
    return open.length;
  };
  return {
    through: (url) => url.replace(target.host, `127.0.0.1:${port}`),
    cut,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        cut();
      }),
  };
}
