import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { type HttpReply, problem } from "../../../shared/flow/http-reply.ts";

/** Keeps a body that nobody takes from filling the memory; API Gateway's own limit is lower. */
const maxBufferedBytes = 12 * 1024 * 1024;

export interface LocalServerOptions {
  /** 0: any free one */
  port: number;
  handle(request: IncomingMessage, response: ServerResponse, body: Buffer): Promise<void>;
  /** @param isOwnPage whether no page of another origin asks for it */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer, isOwnPage: boolean): void;
  log(line: string): void;
}

/**
 * The one address that people, browsers and providers use. It listens on the loopback interface alone and answers only
 * to its own name, so that a page elsewhere can't reach it through a browser (DNS rebinding, cross-site requests).
 */
export class LocalServer {
  readonly port: number;
  readonly url: string;
  readonly #server: Server;
  readonly #sockets = new Set<Duplex>();

  private constructor(server: Server, options: LocalServerOptions) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    this.url = `http://127.0.0.1:${this.port}`;
    server.on("request", (request, response) => void this.#answer(request, response, options));
    server.on("upgrade", (request, socket, head) => {
      if (this.#isOwnHost(request)) options.upgrade(request, socket, head, this.#isOwnPage(request));
      else socket.end(`HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
    });
    server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
  }

  /** @throws when the port is in use, saying so */
  static async listen(options: LocalServerOptions): Promise<LocalServer> {
    const server = createServer({ requestTimeout: 60_000 });
    await new Promise<void>((resolve, reject) => {
      server.once("error", (error: NodeJS.ErrnoException) => {
        const inUse = `Port ${options.port} of 127.0.0.1 is in use: end what listens there, or choose another with --port (0: any free one).`;
        reject(error.code === "EADDRINUSE" ? new Error(inUse) : error);
      });
      server.listen(options.port, "127.0.0.1", resolve);
    });
    return new LocalServer(server, options);
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse, options: LocalServerOptions): Promise<void> {
    try {
      const reason = this.#refusal(request);
      if (reason) return reply(response, problem(403, reason));
      const body = await readBody(request);
      if (!body) return reply(response, problem(413, `A request may have ${maxBufferedBytes} bytes.`));
      await options.handle(request, response, body);
    } catch (error) {
      if (request.destroyed && !request.complete) return;
      options.log(`${request.method} ${request.url}: ${error instanceof Error ? error.stack : String(error)}`);
      if (response.headersSent) response.destroy();
      else reply(response, problem(500, "The embedded cloud failed; its log says why."));
    }
  }

  #refusal(request: IncomingMessage): string | undefined {
    const { host = "", origin } = request.headers;
    if (!this.#isOwnHost(request))
      return `This server answers to ${this.#names().join(" and ")} alone, not to the host "${host}".`;
    return this.#isOwnPage(request) ? undefined : `Pages of ${origin} may not call this server.`;
  }

  #isOwnHost({ headers }: IncomingMessage): boolean {
    return this.#names().includes(headers.host ?? "");
  }

  /** Who is no browser names no origin. */
  #isOwnPage({ headers: { origin } }: IncomingMessage): boolean {
    return origin === undefined || this.#names().some((name) => origin === `http://${name}`);
  }

  #names(): string[] {
    return [`127.0.0.1:${this.port}`, `localhost:${this.port}`];
  }
}

/** As a function answers, or with bytes. */
export type LocalReply = Omit<HttpReply, "body"> & { body: string | Uint8Array };

export function reply(response: ServerResponse, { status, headers, body }: LocalReply): void {
  response.writeHead(status, headers).end(body);
}

/** @returns undefined when it is too large */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBufferedBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
