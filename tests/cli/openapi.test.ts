import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { ApiDescription } from "../../infra/cli/vectors/openapi.ts";
import { checkTwilioRequests } from "../../infra/cli/vectors/twilio-requests.ts";

const id = { name: "Id", in: "path", required: true, schema: { type: "string", pattern: "^P\\d+$" } };
const document = {
  openapi: "3.0.1",
  servers: [{ url: "https://api.pigeons.example/v1" }],
  paths: {
    "/Pigeons/{Id}/Letters.json": {
      parameters: [{ $ref: "#/components/parameters/Id" }],
      get: { parameters: [{ name: "Size>", in: "query", schema: { type: "integer", minimum: 1 } }] },
      post: {
        requestBody: {
          required: true,
          content: {
            "application/x-www-form-urlencoded": {
              schema: {
                type: "object",
                required: ["To"],
                properties: {
                  To: { type: "string", format: "roof" },
                  Urgent: { type: "boolean" },
                  Seed: { type: "array", items: { type: "string", format: "uri" } },
                },
              },
            },
            "application/json": { schema: { $ref: "#/components/schemas/Letter" } },
          },
        },
      },
    },
  },
  components: {
    parameters: { Id: id },
    schemas: { Letter: { type: "object", required: ["text"], properties: { text: { type: "string", maxLength: 5 } } } },
  },
};
const description = new ApiDescription(document, ["roof"]);
const url = "https://api.pigeons.example/v1/Pigeons/P1/Letters.json";
const form = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
const json = { "content-type": "application/json" };
const problems = (change: Partial<Parameters<ApiDescription["problems"]>[0]>) =>
  description.problems({ method: "POST", url, headers: form, ...change }).join("; ");

describe("a description of an API", () => {
  it.each([
    ["a form with a list", { body: "To=tower&Urgent=true&Seed=https://a.example&Seed=https://b.example" }],
    ["one of a list", { body: "To=tower&Seed=https://a.example" }],
    ["JSON", { headers: json, body: '{"text":"hello"}' }],
    ["a query", { method: "GET" as const, url: `${url}?Size%3E=10` }],
  ])("finds nothing wrong with %s", (_, change) => {
    expect(problems(change)).toBe("");
  });

  it.each([
    [
      "another path",
      { url: url.replace("Letters", "Songs"), body: "" },
      /POST \/v1\/Pigeons\/P1\/Songs\.json is not described/,
    ],
    ["another host", { url: url.replace("api.", "www."), body: "" }, /is not described/],
    ["another method", { method: "PUT" as const, body: "" }, /PUT .* is not described/],
    ["an id of another shape", { url: url.replace("P1", "X1"), body: "To=x" }, /the path's Id .*pattern/],
    ["no body", {}, /the body is missing/],
    ["a field that is missing", { body: "Urgent=true" }, /the body .*'To'/],
    ["a field that nobody knows", { body: "To=x&Color=grey" }, /the field Color is not described/],
    ["a field twice that is no list", { body: "To=x&To=y" }, /the body\/To must be string/],
    ["a value of another type", { body: "To=x&Urgent=soon" }, /the body\/Urgent must be boolean/],
    ["a link that is none", { body: "To=x&Seed=somewhere" }, /the body\/Seed\/0 must match format "uri"/],
    ["a text that is too long", { headers: json, body: '{"text":"too long"}' }, /the body\/text must NOT have more/],
    [
      "a body of another type",
      { headers: { "content-type": "text/plain" }, body: "x" },
      /text\/plain is not described/,
    ],
    [
      "a query that nobody knows",
      { method: "GET" as const, url: `${url}?Color=grey` },
      /the query's Color is not described/,
    ],
    ["a query of another type", { method: "GET" as const, url: `${url}?Size%3E=0` }, /the query's Size> .*>= 1/],
  ])("finds %s", (_, change, said) => {
    expect(problems(change)).toMatch(said);
  });
});

it("holds every request of Twilio's channels against a description, and names what it does not allow", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "switchyard-openapi-"));
  try {
    const messages = "/2010-04-01/Accounts/{AccountSid}/Messages.json";
    const fields = { To: {}, From: {}, Body: {}, StatusCallback: {}, ValidityPeriod: {} };
    const anything = { type: "object", properties: fields };
    const paths = {
      [messages]: { post: { requestBody: { content: { "application/x-www-form-urlencoded": { schema: anything } } } } },
    };
    mkdirSync(path.join(folder, "openapi"));
    writeFileSync(path.join(folder, "openapi/twilio_api_v2010.json"), JSON.stringify({ openapi: "3.0.1", paths }));
    const { right, wrong } = await checkTwilioRequests(folder);
    expect(right).toBe(5);
    expect(wrong).toContain("a picture with a text, POST: the field MediaUrl is not described");
    expect(wrong.filter((each) => each.includes("GET"))).toHaveLength(27);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
