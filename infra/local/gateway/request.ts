import type { BillingUnits } from "./prices.ts";

/** A call of a function as the gateway takes it. */
export interface GatewayRequest {
  method: string;
  /** with the query string, as it was sent */
  path: string;
  /** lower-case names */
  headers: Record<string, string>;
  body: Buffer;
  /** the access key id: the calling function's name */
  caller: string;
  /** aborted when the caller has gone */
  signal: AbortSignal;
  /** milliseconds since 1970, by the virtual clock */
  now: number;
}

export interface GatewayResponse {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer;
}

/** One call, with what the meter is to know of it. */
export interface Answer {
  operation: string;
  units: BillingUnits;
  response: GatewayResponse;
}
