/** One call of /v1 as this user, and what it answered. */
export type Api = (
  user: string,
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<ApiAnswer>;

export interface ApiAnswer {
  status: number;
  headers: Headers;
  // What an answer holds is what the test asserts.
  // oxlint-disable-next-line typescript/no-explicit-any
  body: any;
}

/** @param tokens by user */
export function apiAt(baseUrl: string, tokens: Record<string, string>): Api {
  return async (user, method, path, body, headers = {}) => {
    const response = await fetch(`${baseUrl}/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${tokens[user]}`,
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json");
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  };
}
