import type { HttpAnswer } from "../../../../shared/ports/http.ts";

export const json = (status: number, body: unknown, headers: Record<string, string> = {}): HttpAnswer => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body: JSON.stringify(body),
});

/** Twilio's error body. @see https://www.twilio.com/docs/usage/twilios-response#response-formats-exceptions */
export const failure = (
  status: number,
  code: number,
  message: string,
  headers: Record<string, string> = {},
): HttpAnswer =>
  json(status, { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status }, headers);

export function unknownParameter(given: URLSearchParams, known: string[]): HttpAnswer | undefined {
  const name = Array.from(given.keys()).find((each) => !known.includes(each));
  return name === undefined
    ? undefined
    : failure(400, 20001, `The simulated Twilio does not know the parameter ${name}`);
}
