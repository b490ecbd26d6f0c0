import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import type { Event, Reply } from "./events.ts";

export interface CounterOptions {
  /** where the router is, e.g. https://messages.example.com */
  baseUrl: string;
  inbox: string;
  /** `whsec_…`, the one secret of this inbox, both ways */
  secret: string;
  /** the time by which events are signed, milliseconds since 1970 */
  now(): number;
  /** prints a reply for whoever is to have it; what it throws is reported as the reason why they don't */
  print(reply: Reply): void | Promise<void>;
}

/** A scanned letter. */
export interface Letter {
  /** on the sticker that the scanner put on it */
  number: string;
  /** who wrote it, as far as anybody could read it */
  sender: string;
  subject: string;
  scan: { name: string; contentType: string; bytes: Uint8Array };
}

/** Somebody who stands at the counter. */
export interface Visit {
  number: string;
  /** on their customer's card */
  card: string;
  name: string;
  said: string;
}

const maxReplyBytes = 1024 * 1024;

/** A service counter with a scanner and a printer, as a channel of the router's. */
export class Counter {
  readonly #options: CounterOptions;
  readonly #signer: Webhook;
  /** what was printed, by send id; a real counter would keep this with the rest of its data */
  readonly #printed = new Map<string, string>();
  #server: Server | undefined;

  constructor(options: CounterOptions) {
    this.#options = options;
    this.#signer = new Webhook(options.secret);
  }

  /** A letter becomes a message with its scan. */
  letter({ number, sender, subject, scan }: Letter): Promise<void> {
    const { name, contentType, bytes } = scan;
    return this.#tell({
      type: "message",
      id: `letter-${number}`,
      from: `letter ${number}`,
      name: sender,
      subject,
      text: `${subject}\n\n(A letter on paper: see the scan. What you answer is printed and posted.)`,
      sentAt: this.#time(),
      attachments: [{ name, contentType, content: Buffer.from(bytes).toString("base64") }],
    });
  }

  /** A visit becomes a message: whoever has the same card is the same customer. */
  visit({ number, card, name, said }: Visit): Promise<void> {
    const sentAt = this.#time();
    return this.#tell({
      type: "message",
      id: `visit-${number}`,
      from: `card ${card}`,
      name,
      text: said,
      sentAt,
      attachments: [],
    });
  }

  /** Takes replies. @returns where: the path of the inbox's `replyUrl` */
  async listen(port = 0): Promise<string> {
    const server = createServer((request, response) => void this.#serve(request, response));
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    this.#server = server;
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/replies`;
  }

  async close(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => (this.#server ? this.#server.close(resolve) : resolve(undefined)));
  }

  #time(): string {
    return new Date(this.#options.now()).toISOString();
  }

  /** @throws Error where the router does not take it */
  async #tell(event: Event): Promise<void> {
    const { baseUrl, inbox, now } = this.#options;
    const body = JSON.stringify(event);
    const id = event.type === "message" ? event.id : `${event.sendId}-${event.status}`;
    const at = new Date(now());
    const response = await fetch(`${baseUrl}/webhooks/custom/${inbox}`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "webhook-id": id,
        "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
        "webhook-signature": this.#signer.sign(id, at, body),
      },
      body,
    });
    if (!response.ok) throw new Error(`The router answered ${response.status}: ${await response.text()}`);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const body = await bodyOf(request);
      const id = this.#signedId(request, body);
      if (id === undefined) return void response.writeHead(401).end();
      const reply = JSON.parse(body) as Reply;
      const isNew = !this.#printed.has(id);
      const ownId = this.#printed.get(id) ?? `print-${this.#printed.size + 1}`;
      this.#printed.set(id, ownId);
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ id: ownId }));
      if (isNew) await this.#print(reply, ownId);
    } catch (error) {
      if (!response.headersSent) response.writeHead(400).end();
      console.error(error);
    }
  }

  /** The router hears what became of it. */
  async #print(reply: Reply, id: string): Promise<void> {
    const { sendId } = reply;
    try {
      await this.#options.print(reply);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      return this.#tell({ type: "status", sendId, id, status: "failed", reason });
    }
    await this.#tell({ type: "status", sendId, id, status: "delivered" });
  }

  /** @returns the event's id where the router signed it, not long ago */
  #signedId(request: IncomingMessage, body: string): string | undefined {
    const header = (name: string): string => String(request.headers[name] ?? "");
    const [id, seconds] = [header("webhook-id"), Number(header("webhook-timestamp"))];
    const isFresh = Math.abs(this.#options.now() - seconds * 1000) <= 5 * 60 * 1000;
    if (id === "" || !isFresh) return undefined;
    const expected = this.#signer.sign(id, new Date(seconds * 1000), body);
    return header("webhook-signature").split(" ").includes(expected) ? id : undefined;
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxReplyBytes) throw new Error("A reply is larger than any that the router sends.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
