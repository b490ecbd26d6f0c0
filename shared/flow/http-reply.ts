/** What a function answers over HTTP; the wiring hands it to API Gateway as it is. */
export interface HttpReply {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** One thing that is wrong with a request. `field` is a path into the body, a header or a parameter. */
export interface FieldProblem {
  field: string;
  message: string;
}

export interface ProblemFields {
  errors?: FieldProblem[];
  [extension: string]: unknown;
}

export const json = (status: number, body: unknown, headers: Record<string, string> = {}): HttpReply => ({
  status,
  headers: { "content-type": "application/json; charset=utf-8", "cache-control": "no-store", ...headers },
  body: JSON.stringify(body),
});

const titles: Record<number, string> = {
  400: "Bad request",
  401: "Not signed in",
  403: "Not allowed",
  404: "Not found",
  405: "Method not allowed",
  409: "Conflict",
  413: "Too large",
  422: "Unprocessable content",
  429: "Too many requests",
  500: "Internal error",
  503: "Try again",
};

/**
 * An error as `application/problem+json` (RFC 9457, section 3).
 *
 * @param detail what is wrong and what to do, for the person who reads it
 */
export const problem = (
  status: number,
  detail: string,
  fields: ProblemFields = {},
  headers: Record<string, string> = {},
): HttpReply => ({
  status,
  headers: { "content-type": "application/problem+json; charset=utf-8", "cache-control": "no-store", ...headers },
  body: JSON.stringify({ type: "about:blank", title: titles[status] ?? "Error", status, detail, ...fields }),
});

/** Thrown where a request can't go on; the function's edge turns it into its reply. */
export class ProblemError extends Error {
  override name = "ProblemError";
  readonly reply: HttpReply;

  constructor(status: number, detail: string, fields: ProblemFields = {}, headers: Record<string, string> = {}) {
    super(detail);
    this.reply = problem(status, detail, fields, headers);
  }
}
