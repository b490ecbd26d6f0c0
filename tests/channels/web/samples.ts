import { SignJWT } from "jose";
import type { OutboundFile, SendRequest } from "../../../shared/channels/channel.ts";
import { identityIdOf, timeSortedId } from "../../../shared/core/ids.ts";

export const now = Date.UTC(2026, 10, 2, 9, 0, 0);
export const inboxId = "web";

export const secrets = {
  web: { vouchSecret: "the secret that the company's server has" },
  rotating: {
    vouchSecret: "the secret that comes after the other",
    previousVouchSecret: "the secret that the company's server has",
  },
  foreign: { vouchSecret: "the secret of another company altogether" },
  signing: { signingKey: "the signing key of the web channel's tests" },
};

const sessionAddress = timeSortedId("ses", now, new Uint8Array(10));

export const sendRequest: SendRequest = {
  sendId: `snd_${"0".repeat(26)}`,
  to: sessionAddress,
  inbox: { id: inboxId, channel: "web", address: "web" },
  identityId: identityIdOf("web", sessionAddress),
  conversationId: `cnv_${"0".repeat(26)}`,
  text: "Hello",
  isAutomatic: false,
  media: [],
  writtenAt: now,
  statusUrl: null,
  secret: null,
};

/** A chat is told the link: nobody reads what is in the file. */
export const file: OutboundFile = {
  url: "https://messages.example.com/files/token",
  contentType: "image/png",
  bytes: 3,
  name: "map.png",
  read: () => Promise.reject(new Error("The chat's customer reads the file by its link.")),
};

/** A vouch as a company's server makes it, by a library that is not ours. */
export function vouchBy(
  secret: string,
  claims: Record<string, unknown>,
  header: { alg?: string; typ?: string } & Record<string, unknown> = {},
): Promise<string> {
  const whole = { sub: "customer-7", aud: inboxId, exp: now / 1000 + 300, ...claims };
  return new SignJWT(whole).setProtectedHeader({ alg: "HS256", ...header }).sign(new TextEncoder().encode(secret));
}
