import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { describe, expect, it } from "vitest";
import { bytesOf, requestOf } from "../../functions/wiring.ts";
import { ProblemError } from "../../shared/flow/http-reply.ts";

const eventWith = (body: string | undefined, isBase64Encoded: boolean) =>
  ({
    rawPath: "/webhooks/meta",
    rawQueryString: "a=1",
    headers: { "X-Hub-Signature-256": "sha256=0" },
    body,
    isBase64Encoded,
    requestContext: { http: { method: "POST" }, domainName: "router.example" },
  }) as unknown as APIGatewayProxyEventV2;

const base64 = (...bytes: number[]): string => Buffer.from(bytes).toString("base64");

describe("a request's body", () => {
  it("is the very text that was signed, whichever way API Gateway hands it over", () => {
    const text = '\uFEFF{"text":"grüße 😀"}';
    for (const event of [eventWith(text, false), eventWith(Buffer.from(text).toString("base64"), true)]) {
      expect(requestOf(event)).toMatchObject({ method: "POST", path: "/webhooks/meta", rawQuery: "a=1", body: text });
      expect(bytesOf(event)).toEqual(Buffer.from(text));
    }
    expect(requestOf(eventWith(undefined, false)).body).toBe("");
  });

  it.each([
    ["a byte that is none of UTF-8's", base64(0x7b, 0xff, 0x7d)],
    ["a character cut off", base64(0xc3)],
    ["a surrogate", base64(0xed, 0xa0, 0x80)],
    ["a character longer than it need be", base64(0xc0, 0xaf)],
  ])("with %s is refused, since a text made of it would be another one", (_, body) => {
    expect(() => requestOf(eventWith(body, true))).toThrow(ProblemError);
  });

  it("that is a file stays as it is, whatever its bytes", () => {
    expect(bytesOf(eventWith(base64(0xff, 0xd8, 0xff, 0), true))).toEqual(Buffer.from([0xff, 0xd8, 0xff, 0]));
  });
});
