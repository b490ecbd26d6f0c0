import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from "smtp-server";
import type { VirtualClock } from "./clock.ts";
import { maxIncomingBytes, type SesReceiving } from "./engines/ses/receiving.ts";

export interface SmtpOptions {
  /** 0: any free one */
  port: number;
  receiving: SesReceiving;
  clock: VirtualClock;
  log(line: string): void;
}

export interface SmtpAddress {
  host: string;
  port: number;
}

/** A mail has at most so many recipients in one transaction; others come in a next one (RFC 5321 section 4.5.3.1.8). */
const maxRecipients = 100;
/** A client that says nothing for so long is hung up on (RFC 5321 section 4.5.3.2.7). */
const idleMs = 5 * 60_000;
/** Connections under way when the embedded cloud stops have this long. */
const maxCloseMs = 500;

/** SES's door for mail: it takes what a receipt rule takes, and says 250 once that is durable. No sign-in, no TLS. */
export class SmtpDoor {
  readonly address: SmtpAddress;
  readonly #server: SMTPServer;
  readonly #state: { isOpen: boolean };

  private constructor(server: SMTPServer, state: { isOpen: boolean }) {
    this.#server = server;
    this.#state = state;
    const { port } = server.server.address() as AddressInfo;
    this.address = { host: "127.0.0.1", port };
  }

  /** Until `open` every client is told to come back. @throws Error when the port is in use, saying what to do */
  static async listen(options: SmtpOptions): Promise<SmtpDoor> {
    const { port, receiving, clock, log } = options;
    const state = { isOpen: false };
    const server = new SMTPServer({
      name: "inbound-smtp.localhost",
      banner: "Switchyard's embedded cloud",
      disabledCommands: ["AUTH", "STARTTLS"],
      authOptional: true,
      disableReverseLookup: true,
      size: maxIncomingBytes,
      socketTimeout: idleMs,
      closeTimeout: maxCloseMs,
      logger: false,
      onConnect: (_session, done) => done(state.isOpen ? null : refusal(421, "The embedded cloud is starting")),
      onRcptTo(recipient, session, done) {
        if (!receiving.accepts(recipient.address))
          return done(refusal(550, "Requested action not taken: mailbox unavailable"));
        if (session.envelope.rcptTo.length >= maxRecipients) return done(refusal(452, "Too many recipients"));
        return done();
      },
      onData: (stream, session, done) => void clock.busy(answerData({ stream, session, done }, options)),
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", (error: NodeJS.ErrnoException) => {
        const inUse = `Port ${port} of 127.0.0.1 is in use: end what listens there, or choose another with --smtp-port (0: any free one).`;
        reject(error.code === "EADDRINUSE" ? new Error(inUse) : error);
      });
      server.listen(port, "127.0.0.1", resolve);
    });
    // From here on an error is that of one connection: its client is told, or has gone.
    server.removeAllListeners("error").on("error", (error) => log(`[smtp] ${error.message}`));
    return new SmtpDoor(server, state);
  }

  open(): void {
    this.#state.isOpen = true;
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(resolve));
  }
}

class SmtpRefusal extends Error {
  override name = "SmtpRefusal";
  readonly responseCode: number;

  constructor(responseCode: number, message: string) {
    super(message);
    this.responseCode = responseCode;
  }
}

const refusal = (code: number, message: string): SmtpRefusal => new SmtpRefusal(code, message);

interface DataCommand {
  stream: SMTPServerDataStream;
  session: SMTPServerSession;
  done(error: Error | null, message?: string): void;
}

/** The answer to the end of a message, given once it is durable or refused. */
async function answerData({ stream, session, done }: DataCommand, { receiving, log }: SmtpOptions): Promise<void> {
  let messageId: string;
  try {
    messageId = await take(stream, session, receiving);
  } catch (error) {
    if (error instanceof SmtpRefusal) return done(error);
    log(`[smtp] ${error instanceof Error ? error.stack : String(error)}`);
    return done(refusal(451, "Local error in processing: try again later"));
  }
  done(null, `OK ${messageId}`);
}

async function take(
  stream: SMTPServerDataStream,
  { envelope }: SMTPServerSession,
  receiving: SesReceiving,
): Promise<string> {
  const chunks: Buffer[] = [];
  // What is too much is read to its end all the same, so that the client is there for the answer.
  for await (const chunk of stream as AsyncIterable<Buffer>) if (!stream.sizeExceeded) chunks.push(chunk);
  if (stream.sizeExceeded) throw refusal(552, `Message size exceeds fixed maximum message size of ${maxIncomingBytes}`);
  const { messageId } = await receiving.receive({
    from: envelope.mailFrom ? envelope.mailFrom.address : "",
    recipients: envelope.rcptTo.map(({ address }) => address),
    raw: Buffer.concat(chunks),
  });
  return messageId;
}
