import type { VirtualClock } from "../clock.ts";
import type { DynamoEngine } from "../engines/dynamo/engine.ts";
import type { S3Engine } from "../engines/s3/engine.ts";
import type { SecretsEngine } from "../engines/secrets.ts";
import type { SqsEngine } from "../engines/sqs/engine.ts";

export interface GatewayRequest {
  method: string;
  /** with the query string, as it was sent */
  path: string;
  /** lower-case names */
  headers: Record<string, string>;
  body: Buffer;
  /** the access key id: the calling function's name */
  caller: string;
}

export interface GatewayResponse {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer;
}

export interface GatewayServices {
  sqs: SqsEngine;
  dynamodb: DynamoEngine;
  s3: S3Engine;
  secrets: SecretsEngine;
  /** The WebSocket API's management API, `/{stage}/@connections/{id}`; may be set later. */
  executeApi?: (request: GatewayRequest) => Promise<GatewayResponse>;
}

export interface MeterLine {
  caller: string;
  service: string;
  operation: string;
  calls: number;
  /** e.g. {"writeUnits": 2.5}; the names are those in prices.ts */
  units: Record<string, number>;
  dollars: number;
}

export declare class Meter {
  /** The host counts here what does not pass the gateway: pollers, invocations, requests. */
  record(call: { caller: string; service: string; operation: string; units: Record<string, number> }): void;
  report(): { since: string; lines: MeterLine[]; dollars: number };
  reset(): void;
}

export interface Gateway {
  /** `http://127.0.0.1:…` */
  url: string;
  meter: Meter;
  /** `${url}/000000000000/${name}` */
  queueUrl(name: string): string;
  close(): Promise<void>;
}

/** The one HTTP server that every AWS call of a function passes. `port` 0 or absent: any free one. */
export declare function startGateway(options: {
  services: GatewayServices;
  clock: VirtualClock;
  port?: number;
}): Promise<Gateway>;
