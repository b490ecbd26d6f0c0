import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { VirtualClock } from "../clock.ts";
import { AwsError } from "../engines/error.ts";
import { Meter } from "./meter.ts";
import { credentialOfLink } from "./presigned.ts";
import type { GatewayRequest, GatewayResponse } from "./request.ts";
import { type GatewayServices, handlers } from "./services.ts";

export { Meter } from "./meter.ts";
export type { MeterLine, MeterReport } from "./meter.ts";
export type { GatewayRequest, GatewayResponse } from "./request.ts";
export type { GatewayServices } from "./services.ts";

export interface GatewayOptions {
  services: GatewayServices;
  clock: VirtualClock;
  /** 0 or absent: any free one */
  port?: number;
  accountId?: string;
  /** Takes what is no error of the caller's. */
  onError?: (error: unknown) => void;
}

export interface Gateway {
  /** `http://127.0.0.1:…` */
  url: string;
  meter: Meter;
  /** `${url}/000000000000/${name}` */
  queueUrl(name: string): string;
  close(): Promise<void>;
}

/** The largest object that our functions put, with room to spare; S3 itself takes 5 GB at once. */
const maxRequestBytes = 128 * 1024 * 1024;
/** `AWS4-HMAC-SHA256 Credential=<access key id>/<date>/<region>/<service>/aws4_request, …` (SigV4) */
const credential = /^AWS4-HMAC-SHA256 Credential=([^/]+)\/\d{8}\/[^/]+\/([^/]+)\/aws4_request,/;

/** The one HTTP server that every AWS call of a function passes: it finds service and caller, passes on, and counts. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { services, clock, accountId = "000000000000" } = options;
  const onError = options.onError ?? ((error) => console.error(error));
  const meter = new Meter(clock);
  const server = createServer((incoming, outgoing) => {
    outgoing.setHeader("date", new Date(clock.now()).toUTCString());
    answer(incoming, outgoing, { services, meter, clock })
      .then((response) => send(outgoing, response))
      .catch((error: unknown) => {
        if (outgoing.destroyed) return;
        if (!(error instanceof AwsError)) onError(error);
        send(outgoing, errorResponse(error));
      });
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(options.port ?? 0, "127.0.0.1", resolve);
  await promise;
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" && address ? address.port : options.port}`;
  return {
    url,
    meter,
    queueUrl: (name) => `${url}/${accountId}/${name}`,
    close: () => {
      const closed = new Promise<void>((done) => server.close(() => done()));
      server.closeAllConnections();
      return closed;
    },
  };
}

async function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { services, meter, clock }: { services: GatewayServices; meter: Meter; clock: VirtualClock },
): Promise<GatewayResponse> {
  const headers = Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
  // A page in a browser must not reach the functions' own services, by whatever name it calls this address.
  if (headers["origin"] !== undefined || !/^127\.0\.0\.1(:\d+)?$/.test(headers["host"] ?? ""))
    throw new AwsError("AccessDenied", "The gateway answers functions on 127.0.0.1 only", { status: 403 });
  const { caller, service } = credentialOf(headers["authorization"] ?? "") ?? credentialOfLink(incoming.url!) ?? {};
  if (!caller || !service)
    throw new AwsError("MissingAuthenticationToken", "Missing Authentication Token", { status: 403 });
  const handle = handlers[service];
  if (!handle) throw new AwsError("UnknownService", `The embedded cloud has no service ${service}`);
  const gone = new AbortController();
  outgoing.once("close", () => {
    if (!outgoing.writableFinished) gone.abort();
  });
  const request: GatewayRequest = {
    method: incoming.method!,
    path: incoming.url!,
    headers,
    body: await readBody(incoming),
    caller,
    signal: gone.signal,
    now: clock.now(),
  };
  const { operation, units, response } = await handle(services, request);
  meter.record({ caller, service, operation, units });
  return response;
}

function credentialOf(authorization: string): { caller: string; service: string } | undefined {
  const [, caller, service] = credential.exec(authorization) ?? [];
  return caller !== undefined && service !== undefined ? { caller, service } : undefined;
}

async function readBody(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxRequestBytes)
      throw new AwsError("RequestEntityTooLarge", `A request has at most ${maxRequestBytes} bytes`, { status: 413 });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function send(outgoing: ServerResponse, { status, headers, body }: GatewayResponse): void {
  outgoing.writeHead(status, { "content-length": Buffer.byteLength(body), ...headers });
  outgoing.end(body);
}

function errorResponse(error: unknown): GatewayResponse {
  const { code, status, message } =
    error instanceof AwsError ? error : { code: "InternalFailure", status: 500, message: String(error) };
  return {
    status,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ __type: code, message }),
  };
}
