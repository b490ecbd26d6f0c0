import { describe, expect, it } from "vitest";
import { limits } from "../../../shared/core/limits.ts";
import { isSessionToken, readSession, sessionToken } from "../../../shared/channels/web/session.ts";
import { inboxId, now, secrets, sendRequest, vouchBy } from "./samples.ts";

const address = sendRequest.to;
const token = sessionToken({ address, inboxId }, secrets.signing, now);
const read = (text: string, { inbox = inboxId, secret = secrets.signing as unknown, at = now } = {}) =>
  readSession(text, inbox, secret, at);

describe("a session token", () => {
  it("resumes its session, and can be offered as a subprotocol (RFC 6455, section 4.1)", () => {
    expect(read(token)).toEqual({ ok: true, address });
    expect(token).toMatch(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/);
    expect(isSessionToken(token)).toBe(true);
  });

  it("is good for one inbox", () => {
    expect(read(token, { inbox: "other" })).toEqual({ ok: false, reason: "it is for the inbox web" });
  });

  it.each([
    [address, limits.chatSessionMs],
    ["user:customer-7", limits.vouchedChatSessionMs],
  ])("of %s expires", (of, lifeMs) => {
    const its = sessionToken({ address: of, inboxId }, secrets.signing, now);
    expect(read(its, { at: now + lifeMs - 1 })).toMatchObject({ ok: true });
    expect(read(its, { at: now + lifeMs })).toEqual({ ok: false, reason: "it has expired" });
  });

  it("outlives a rotation of the secret by one", () => {
    const { signingKey } = secrets.signing;
    const next = { signingKey: "the signing key that comes after it.....", previousSigningKey: signingKey };
    expect(read(token, { secret: next })).toMatchObject({ ok: true });
    expect(read(token, { secret: { signingKey: next.signingKey } })).toMatchObject({ ok: false });
  });

  it("is never a vouch, and a vouch never one, even under the same key", async () => {
    const vouch = await vouchBy(secrets.signing.signingKey, { sub: address }, { typ: "switchyard-session" });
    expect(isSessionToken(await vouchBy(secrets.web.vouchSecret, {}))).toBe(false);
    expect(read(vouch)).toMatchObject({ ok: false });
  });
});
