import { describe, expect, it } from "vitest";
import { channelCapabilities, channelOf, channels, channelsForWebhook } from "../../../shared/channels/registry.ts";
import type { WebhookRequest } from "../../../shared/channels/channel.ts";
import { describeChannel, httpProvider } from "../../contracts/channel.ts";
import { config, sendRequest } from "../sms/samples.ts";
import { answer, jsonWebhook, publicUrl, sendId } from "../samples.ts";
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

const webhook = (...pigeons: object[]): WebhookRequest => jsonWebhook("/webhooks/pigeon", { pigeons });
const letter = (note: string, id: number) => ({ kind: "letter", id: `p${id}`, from: "north tower", note });
const landed = { kind: "arrival", landed: sendId };
const rings = { current: "ring-of-today", previous: "ring-of-yesterday" };

const provider = httpProvider({
  takes: [answer(200, "p1")],
  refuses: [answer(404, "")],
  throttles: [],
  "answers nonsense": [answer(200, "")],
});

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
    needed: { whose: /^pigeons/ },
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
    provider,
    providerId: "p1",
    refusedAs: "no-such-loft",
    throttledMs: 0,
  },
  limits: {
    text: { characters: 140, messages: 3 },
    files: { onOneMessage: 0, bytes: {}, captionCharacters: 0 },
    addresses: { reachable: ["north tower"], unreachable: [] },
  },
});
