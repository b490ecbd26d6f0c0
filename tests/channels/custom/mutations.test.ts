import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { WebhookRequest } from "../../../shared/channels/channel.ts";
import { custom } from "../../../shared/channels/custom/index.ts";
import { answersTo, mutationsOf, tryMutations } from "../mutations.ts";
import { publicUrl } from "../samples.ts";
import { config, customer, now, secret, sign, webhook } from "./samples.ts";

const mutations = mutationsOf(5_000);

const body = JSON.stringify({ type: "message", from: customer, text: "Größe 42, 3 €" });
const signed = sign(webhook(body, "evt.1"));
const isTaken = (request: WebhookRequest): boolean =>
  custom.webhook!.verify(request, { secret, publicUrls: [publicUrl], now }).ok;

const places = ["body", "webhook-id", "webhook-timestamp", "webhook-signature", "path"] as const;

interface Mutation {
  where: (typeof places)[number];
  at: number;
  cut: number;
  insert: string;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  where: fc.constantFrom("body", ...places),
  at: fc.nat(body.length),
  cut: fc.nat(4),
  insert: fc.oneof(
    fc.string({ unit: "binary", maxLength: 3 }),
    fc.constantFrom("0", "00", ".", ".0", "+", "-", " ", "e0", ",", "v1,", "=", "\0", "\n", "é"),
  ),
});

const valueAt = (request: WebhookRequest, where: Mutation["where"]): string =>
  where === "body" || where === "path" ? request[where] : request.headers[where]!;

/** A header may have other signatures beside the right one: that is how a sender rotates. */
const changes = (request: WebhookRequest): boolean => {
  const hasRight = valueAt(request, "webhook-signature").split(" ").includes(valueAt(signed, "webhook-signature"));
  return (
    !hasRight ||
    places.some((where) => !where.endsWith("signature") && valueAt(request, where) !== valueAt(signed, where))
  );
};

function mutated({ where, at, cut, insert }: Mutation): WebhookRequest | undefined {
  const before = valueAt(signed, where);
  const start = at % (before.length + 1);
  const value = before.slice(0, start) + insert + before.slice(start + cut);
  const changed =
    where === "body" || where === "path"
      ? { ...signed, [where]: value }
      : { ...signed, headers: { ...signed.headers, [where]: value } };
  return changes(changed) ? changed : undefined;
}

describe("the signature of a custom channel", () => {
  it(`takes none of ${mutations} mutations of the body, the id, the time, the signature and the path`, () => {
    expect(isTaken(signed)).toBe(true);
    const { tried, taken } = tryMutations({ how: mutation, mutated }, Math.ceil(mutations * 1.2), isTaken);
    expect(tried).toBeGreaterThan(mutations * 0.9);
    expect(taken).toBe(0);
  }, 1_800_000);

  it("is asked before anything is done", async () => {
    const inPlace = (how: Mutation) => mutated({ ...how, where: how.where === "path" ? "body" : how.where });
    const known = { config, publicUrls: [publicUrl], clock: { now: () => now }, secret };
    expect(await answersTo({ how: mutation, mutated: inPlace }, known)).toEqual(new Set([403]));
  });

  it("does not take an id, a time and a body that only read alike when they are run together", () => {
    const time = signed.headers["webhook-timestamp"]!;
    const headers = { ...signed.headers, "webhook-id": "evt", "webhook-timestamp": "1" };
    expect(isTaken({ ...signed, headers, body: `${time}.${body}` })).toBe(false);
  });

  it("takes what is signed alike: further signatures beside the right one", () => {
    const right = signed.headers["webhook-signature"]!;
    for (const header of [`v1,AAAA ${right}`, `${right} ${right}`, ` ${right} v2,x`])
      expect(isTaken({ ...signed, headers: { ...signed.headers, "webhook-signature": header } })).toBe(true);
  });
});
