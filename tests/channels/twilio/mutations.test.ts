import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { WebhookRequest } from "../../../shared/channels/channel.ts";
import { verify } from "../../../shared/channels/twilio/signature.ts";
import { accountSid, config, customer, ourNumber, paramsOf, secret, sign, webhook } from "../sms/samples.ts";
import { answersTo, mutationsOf, tryMutations } from "../mutations.ts";
import { publicUrl } from "../samples.ts";

const mutations = mutationsOf(5_000);

const body =
  `AccountSid=${accountSid}&MessageSid=SM${"1".repeat(32)}&From=%2B${customer.slice(1)}&To=%2B${ourNumber.slice(1)}` +
  `&Body=Gr%C3%B6%C3%9Fe+42%2C+3+%E2%82%AC&NumMedia=0&Tag=b&Tag=a`;
const request: WebhookRequest = { ...webhook(body), rawQuery: "tenant=a%20b&x=it's" };
const signed = sign(request);
const isTaken = (asked: WebhookRequest, publicUrls = [publicUrl]): boolean =>
  verify(asked, { secret, publicUrls, now: 0 }).ok;

/** What is signed: the URL as servers read it, and names and values run together, equal values of one name once. */
function signedContent({ path, rawQuery, body: form }: WebhookRequest): string {
  const url = new URL(`${publicUrl}${path}?${rawQuery}`);
  const query = Array.from(url.searchParams, ([name, value]) => `${name}=${value}`).toSorted();
  const fields = Object.entries(paramsOf(form)).toSorted(([one], [other]) => (one < other ? -1 : 1));
  const values = fields.flatMap(([name, all]) =>
    Array.from(new Set(all))
      .toSorted()
      .map((value) => name + value),
  );
  return JSON.stringify([url.pathname, query, values.join("")]);
}

interface Mutation {
  what: "body" | "path" | "rawQuery" | "signature";
  at: number;
  cut: number;
  insert: string;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  what: fc.constantFrom("body", "body", "body", "path", "rawQuery", "signature"),
  at: fc.nat(body.length),
  cut: fc.nat(4),
  insert: fc.oneof(
    fc.string({ maxLength: 3 }),
    fc.constantFrom("&", "=", "%", "+", "%20", "&Body=x", "&From=%2B1", "&AccountSid=", ";", "\0", "\n", "é"),
  ),
});

const changes = (changed: WebhookRequest): boolean =>
  signedContent(changed) !== signedContent(signed) ||
  changed.headers["x-twilio-signature"] !== signed.headers["x-twilio-signature"];

function mutated(how: Mutation): WebhookRequest | undefined {
  const changed = spliced(how);
  return changes(changed) ? changed : undefined;
}

function spliced({ what, at, cut, insert }: Mutation): WebhookRequest {
  const splice = (text: string): string => {
    const start = at % (text.length + 1);
    return text.slice(0, start) + insert + text.slice(start + cut);
  };
  // A path begins with a slash, whatever else is in it.
  if (what === "path") return { ...signed, path: `/${splice(signed.path.slice(1))}` };
  if (what !== "signature") return { ...signed, [what]: splice(signed[what]) };
  const header = splice(signed.headers["x-twilio-signature"]!);
  return { ...signed, headers: { ...signed.headers, "x-twilio-signature": header } };
}

describe("Twilio's signature", () => {
  it(`takes none of ${mutations} mutations of what is signed`, () => {
    expect(isTaken(signed)).toBe(true);
    // Some change nothing that is signed.
    const { tried, taken } = tryMutations({ how: mutation, mutated }, Math.ceil(mutations * 1.2), (asked) =>
      isTaken(asked),
    );
    expect(tried).toBeGreaterThanOrEqual(mutations);
    expect(taken).toBe(0);
  }, 1_800_000);

  it("is asked before anything is done", async () => {
    const inPlace = (how: Mutation) => mutated({ ...how, what: how.what === "path" ? "body" : how.what });
    const known = { config, publicUrls: [publicUrl], clock: { now: () => 0 }, secret };
    expect(await answersTo({ how: mutation, mutated: inPlace }, known)).toEqual(new Set([403]));
  });

  /* What reads the same to a server is taken: Twilio signs decoded fields, and its validator knows the URL's variants. */
  it.each<[string, Partial<WebhookRequest>, string[]?]>([
    ["fields in another order", { body: body.split("&").toReversed().join("&") }],
    ["a blank as %20 and not as +", { body: body.replaceAll("+", "%20") }],
    ["escapes in small letters", { body: body.replace("%C3%B6", "%c3%b6") }],
    ["letters escaped without need", { body: body.replace("Gr", "%47%72") }],
    ["an equal value of one name twice", { body: `${body}&Tag=a` }],
    ["nothing between two ampersands, and at the end", { body: `${body.replace("&To", "&&To")}&` }],
    ["the query escaped otherwise", { rawQuery: "tenant=a%20b&x=it%27s" }],
    ["the port of https named", {}, ["https://messages.example.com:443"]],
    ["another port of ours", {}, ["https://messages.example.com:8443"]],
    [
      "the border between a name and its value moved, since they are run together",
      { body: body.replace("Tag=b", "Tagb=") },
    ],
  ])("takes what is signed alike: %s", (_, change, publicUrls) => {
    const alike = { ...signed, ...change };
    expect(isTaken(alike, publicUrls)).toBe(true);
    expect(signedContent(alike)).toBe(signedContent(signed));
  });
});
