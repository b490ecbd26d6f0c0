export interface HttpCall {
  method: "GET" | "POST" | "PUT" | "DELETE";
  url: string;
  headers: Record<string, string>;
  body?: string;
  timeoutMs: number;
}

export interface HttpAnswer {
  status: number;
  /** names in lower case */
  headers: Record<string, string>;
  body: string;
}

/** The request surely did not reach the other side: name not resolved, connection refused. Safe to try again. */
export class HttpNotSent extends Error {
  override name = "HttpNotSent";
}

/** The request may have been carried out: time-out, connection lost after it went out. Never safe to try again blind. */
export class HttpOutcomeUnknown extends Error {
  override name = "HttpOutcomeUnknown";
}

/**
 * Calls to providers.
 *
 * @throws HttpNotSent | HttpOutcomeUnknown; an answer of any status is an answer
 */
export interface Http {
  call(request: HttpCall): Promise<HttpAnswer>;
}

/** Calls to addresses that others chose, and that may point at what is ours. */
export interface ForeignHttp extends Http {
  /** Why nothing is ever sent to this URL, as it stands and resolves now; undefined where something would be. */
  objectionTo(url: string): Promise<string | undefined>;
}
