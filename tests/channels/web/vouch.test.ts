import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readVouch } from "../../../shared/channels/web/vouch.ts";
import { inboxId, now, secrets, vouchBy } from "./samples.ts";

const { vouchSecret } = secrets.web;
const read = (token: string, secret: unknown = secrets.web) => readVouch(token, inboxId, secret, now);
const readOf = async (claims: Record<string, unknown>, header = {}) => read(await vouchBy(vouchSecret, claims, header));
const seconds = now / 1000;

describe("a vouch", () => {
  it("names a person by all that the company knows, mail addresses in lower case", async () => {
    expect(await readOf({ email: "Anna@Example.ORG", phone: "+4915112345678", name: " Anna Weiß " })).toEqual({
      ok: true,
      person: {
        address: "user:customer-7",
        addresses: [
          { channel: "web", address: "user:customer-7" },
          { channel: "email", address: "anna@example.org" },
          { channel: "sms", address: "+4915112345678" },
        ],
        name: "Anna Weiß",
      },
    });
  });

  it("may name nothing but an id, and several inboxes", async () => {
    expect(await readOf({ sub: "urn:user:7", aud: ["other", inboxId], name: " " })).toEqual({
      ok: true,
      person: { address: "user:urn:user:7", addresses: [{ channel: "web", address: "user:urn:user:7" }] },
    });
  });

  it("is taken under both secrets while they are rotated, and under no other", async () => {
    const token = await vouchBy(vouchSecret, {});
    expect(read(token, secrets.rotating)).toMatchObject({ ok: true });
    expect(read(await vouchBy(secrets.rotating.vouchSecret, {}), secrets.rotating)).toMatchObject({ ok: true });
    expect(read(token, secrets.foreign)).toEqual({ ok: false, reason: "its signature is not right" });
  });

  it.each([
    ["expired", { exp: seconds - 31 }, "it has expired"],
    ["good for longer than five minutes", { exp: seconds + 331 }, "it is good for more than 5 minutes"],
    ["not good yet", { nbf: seconds + 31 }, "it is not good yet"],
    ["without an end", { exp: undefined }, '"exp" is a number of seconds since 1970'],
    ["for another inbox", { aud: "other" }, '"aud" is not the inbox web'],
    ["for no inbox", { aud: undefined }, '"aud" is the inbox\'s id'],
    ["of nobody", { sub: "" }, '"sub" is text of 1 to 128 characters'],
    ["of a very long id", { sub: "x".repeat(129) }, '"sub" is text of 1 to 128 characters'],
    ["of an id with a control character", { sub: "a\nb" }, '"sub" is text of 1 to 128 characters'],
    ["with a mail address that is none", { email: "anna" }, '"email" is a mail address'],
    ["with two mail addresses", { email: "a@b.c,d@e.f" }, '"email" is a mail address'],
    ["with a national number", { phone: "0151 12345678" }, '"phone" is a number in E.164, e.g. +4915112345678'],
  ])("is refused when it is %s", async (_, claims, reason) => {
    expect(await readOf(claims)).toEqual({ ok: false, reason });
  });

  it("forgives clocks that differ by half a minute", async () => {
    for (const claims of [{ exp: seconds - 29 }, { exp: seconds + 329 }, { nbf: seconds + 29 }])
      expect(await readOf(claims)).toMatchObject({ ok: true });
  });

  it("is taken by one algorithm alone, whatever it names", async () => {
    const unsigned = (header: object) => `${Buffer.from(JSON.stringify(header)).toString("base64url")}.${claimsPart}.`;
    const [, claimsPart] = (await vouchBy(vouchSecret, {})).split(".");
    for (const alg of ["none", "None", "RS256", "HS512", ""])
      expect(read(unsigned({ alg }))).toMatchObject({ ok: false });
    const longer = await vouchBy(vouchSecret.repeat(2), {}, { alg: "HS512" });
    expect(readVouch(longer, inboxId, { vouchSecret: vouchSecret.repeat(2) }, now)).toMatchObject({ ok: false });
  });

  it("is refused where its header asks for what no reader here knows", async () => {
    const token = await vouchBy(vouchSecret, {}, { crit: ["b64"], b64: true });
    expect(read(token)).toEqual({ ok: false, reason: "it is no JWT signed with HS256" });
  });

  it("is refused with any change to its bytes", async () => {
    const token = await vouchBy(vouchSecret, { email: "anna@example.org" });
    const changed = fc
      .tuple(fc.nat(token.length - 1), fc.constantFrom(..."abcXYZ019-_.= "))
      .map(([at, character]) => token.slice(0, at) + character + token.slice(at + 1))
      .filter((text) => text !== token);
    fc.assert(
      fc.property(changed, (text) => {
        expect(read(text)).toMatchObject({ ok: false });
      }),
      { numRuns: 500 },
    );
  });

  it("is no text at random, and no error is thrown for one", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(read(text)).toMatchObject({ ok: false });
      }),
      { numRuns: 100 },
    );
  });

  it("says with an error that a secret can't be used, and does not show it", async () => {
    const token = await vouchBy(vouchSecret, {});
    for (const secret of [null, {}, { vouchSecret: "hush-hush" }, { ...secrets.web, other: "hush-hush" }]) {
      expect(() => read(token, secret)).toThrow(/secret/);
      expect(() => read(token, secret)).not.toThrow(/hush-hush/);
    }
  });
});
