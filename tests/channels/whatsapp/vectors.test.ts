import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { checkMetaRequests } from "../../../infra/cli/vectors/meta-requests.ts";
import { disagreements } from "../../../infra/cli/vectors/whatsapp.ts";
import { change, contacts, envelope, message, userId } from "./samples.ts";

describe("expectations of recorded payloads", () => {
  const payload = envelope(
    change({ contacts, messages: [message({ type: "text", text: { body: "hello" } }, "wamid.1")] }),
  );
  const expected = {
    kind: "message" as const,
    accountId: "{account}",
    from: "+{value.messages.0.from}",
    aliases: ["{value.contacts.0.user_id}"],
    text: "{value.messages.0.text.body}",
    "media.length": 0,
    context: undefined,
  };

  it("agree where every field is what a person says", () => {
    expect(disagreements(payload, { is: "a text", makes: [expected] })).toEqual([]);
  });

  it("name each field that is otherwise, and a count that is", () => {
    const otherwise = { ...expected, kind: "ignored" as const, text: "{value.messages.0.id}", aliases: undefined };
    expect(disagreements(payload, { is: "a text", makes: [otherwise] })).toEqual([
      'kind is "message", not "ignored"',
      `aliases is ["${userId}"], not undefined`,
      'text is "hello", not "wamid.1"',
    ]);
    expect(disagreements(payload, { is: "two", makes: [expected, expected] })).toEqual(["it becomes 1 things, not 2"]);
  });
});

describe("a description of the API", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "switchyard-openapi-"));
    mkdirSync(path.join(folder, "openapi"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const parameters = (...names: string[]) =>
    names.map((name) => ({ name, in: "path", required: true, schema: { type: "string" } }));
  const base = {
    type: "object",
    required: ["messaging_product", "to", "type"],
    properties: {
      messaging_product: { type: "string" },
      recipient_type: { type: "string" },
      to: { type: "string" },
      type: { type: "string" },
    },
  };
  /** Closed to what the other part requires, as Meta's own is. */
  const kind = (name: string, content: object) => ({
    allOf: [
      { $ref: "#/components/schemas/Base" },
      { type: "object", additionalProperties: false, required: [name], properties: { [name]: content } },
    ],
  });
  const kinds = ["text", "image", "video", "audio", "document", "sticker", "interactive", "template"];

  async function check(text: object) {
    const schemas = Object.fromEntries(
      kinds.map((name) => [name, kind(name, name === "text" ? text : { type: "object" })]),
    );
    const mapping = Object.fromEntries(kinds.map((name) => [name, `#/components/schemas/${name}`]));
    const example = { messaging_product: "whatsapp", to: "1", type: "text", text: { body: "x" } };
    const schema = {
      oneOf: Object.values(mapping).map(($ref) => ({ $ref })),
      discriminator: { propertyName: "type", mapping },
    };
    const content = { "application/json": { schema, examples: { one: { value: example } } } };
    const document = {
      openapi: "3.1.0",
      info: { title: "ours", version: "1" },
      servers: [{ url: "https://graph.facebook.com" }],
      paths: {
        "/{Version}/{Phone-Number-ID}/messages": {
          parameters: parameters("Version", "Phone-Number-ID"),
          post: { requestBody: { content } },
        },
        "/{Version}/{Media-ID}": {
          parameters: parameters("Version", "Media-ID"),
          get: { parameters: [{ name: "phone_number_id", in: "query", schema: { type: "string" } }] },
        },
      },
      components: { schemas: { ...schemas, Base: base } },
    };
    writeFileSync(path.join(folder, "openapi/business-messaging-api_v23.0.yaml"), JSON.stringify(document));
    return checkMetaRequests(folder);
  }

  it("takes every request of ours, but for what it does not know of, which is told", async () => {
    const { right, wrong, notes } = await check({ type: "object", required: ["body"] });
    expect(wrong).toEqual([]);
    expect(right).toBeGreaterThan(10);
    expect(notes?.[0]).toBe(
      "as written it takes 0 of its own 1 examples; read as it must be meant, 1 of its own 1 examples",
    );
    expect(notes?.join()).toMatch(/biz_opaque_callback_data.*recipient/);
  });

  it("finds what it forbids", async () => {
    const { wrong } = await check({ type: "object", properties: { body: { type: "string", maxLength: 100 } } });
    expect(wrong).toEqual([
      expect.stringMatching(/4,096 characters: the body\/text\/body must NOT have more than 100/),
    ]);
  });
});
