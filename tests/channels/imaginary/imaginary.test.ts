import { describe, expect, it } from "vitest";
import { channelCapabilities, channelOf, channels, channelsForWebhook } from "../../../shared/channels/registry.ts";
import type { WebhookRequest } from "../../../shared/channels/channel.ts";
import { HttpNotSent, HttpOutcomeUnknown } from "../../../shared/ports/http.ts";
import { describeChannel, httpProviders, type Behaviour, type Provider } from "../../contracts/channel.ts";
import { config, sendRequest } from "../sms/samples.ts";
import { publicUrl, sendId } from "../samples.ts";
import { pigeon, ringOf } from "./index.ts";

/** The registry's line. */
const registry = [...channels, pigeon];

describe("a channel that is not built", () => {
  it("is one folder and one line: its inboxes, its webhooks and what core may know of it are found", () => {
    expect(channelOf({ channel: "pigeon" }, registry)).toBe(pigeon);
    expect(channelsForWebhook("/webhooks/pigeon", registry)).toStrictEqual([pigeon]);
    expect(channelCapabilities(registry)["pigeon"]).toBe(pigeon.capabilities);
  });

  it("changes nothing for the others", () => {
    const { pigeon: _, ...others } = channelCapabilities(registry);
    expect(others).toStrictEqual(channelCapabilities());
    expect(channelOf({ channel: "pigeon" })).toBeUndefined();
    expect(channelsForWebhook("/webhooks/pigeon")).toStrictEqual([]);
  });
});

const webhook = (...pigeons: object[]): WebhookRequest => ({
  method: "POST",
  path: "/webhooks/pigeon",
  rawQuery: "",
  headers: {},
  body: JSON.stringify({ pigeons }),
  domainName: "abc123.execute-api.eu-central-1.amazonaws.com",
});
const letter = (note: string, id: number) => ({ kind: "letter", id: `p${id}`, from: "north tower", note });
const landed = { kind: "arrival", landed: sendId };
const rings = { current: "ring-of-today", previous: "ring-of-yesterday" };

const providers: Record<Behaviour, () => Provider[]> = {
  takes: () => httpProviders(() => ({ status: 200, headers: {}, body: "p1" })),
  refuses: () => httpProviders(() => ({ status: 404, headers: {}, body: "" })),
  throttles: () => [],
  "is not reached": () =>
    httpProviders(() => {
      throw new HttpNotSent("fog");
    }),
  "never answers": () =>
    httpProviders(() => {
      throw new HttpOutcomeUnknown("time-out");
    }),
  "answers nonsense": () => httpProviders(() => ({ status: 200, headers: {}, body: "" })),
};

describeChannel("one that exists in the tests alone", pigeon, {
  webhook: {
    config,
    publicUrl,
    golden: [
      {
        name: "a letter",
        request: webhook(letter("hello", 1)),
        expected: [
          {
            kind: "message",
            channel: "pigeon",
            accountId: "loft",
            inboxId: "loft",
            providerId: "p1",
            from: "north tower",
            text: "hello",
            media: [],
          },
        ],
      },
      { name: "no JSON", request: { ...webhook(), body: "{" }, expected: { invalid: "the body is no JSON" } },
    ],
    message: (text, id) => webhook(letter(text, id)),
    batch: { request: webhook(letter("one", 1), letter("two", 2)), count: 2 },
    mixed: { request: webhook(letter("one", 1), { kind: "letter" }, landed), kinds: ["message", "ignored", "status"] },
    echoes: [webhook(landed)],
    ofOthers: { none: "pigeons share no path" },
    handshake: { none: "pigeons do not ask" },
    withUnknownField: (request) => {
      const [first] = (JSON.parse(request.body) as { pigeons: object[] }).pigeons;
      return webhook({ ...first, colour: "grey" });
    },
    unknownFields: { colour: "grey" },
    unknownKinds: [webhook({ kind: "egg" })],
    bodyOf: (fields) => ({ headers: {}, body: JSON.stringify({ pigeons: [fields] }) }),
    fieldNames: ["kind", "id", "from", "note", "landed"],
    secrets: {
      current: { ring: rings.current },
      rotating: { ring: rings.current, formerRing: rings.previous },
      foreign: { ring: "ring-of-another-loft" },
    },
    sign: (request, _, key) => ({
      ...request,
      headers: { "x-ring": ringOf(request.body, rings[key]).toString("hex") },
    }),
    signedContent: ({ body }) => body,
    signatureHeader: "x-ring",
    signed: { url: false, body: true },
  },
  send: {
    request: { ...sendRequest, to: "north tower" },
    provider: (behaviour) => providers[behaviour](),
    providerId: "p1",
    refusedAs: "no-such-loft",
    throttledMs: 0,
  },
});
