import { readdirSync, readFileSync } from "node:fs";
import type { OutboundFile, SendRequest } from "../../../shared/channels/channel.ts";
import type { Configuration } from "../../../shared/core/configuration.ts";
import { configurationOf } from "../samples.ts";

export const secret = { signingKey: "key-of-the-mail-tests-0123456789abcdef" };
export const inbox = { id: "support", channel: "email", address: "support@shop.example", name: "Shop" };
export const conversationId = "cnv_0123456789abcdefghjkmnpqrs";
export const customer = "anna@customers.example";

export const configuration: Configuration = {
  ...configurationOf(inbox, { id: "sales", channel: "email", address: "Sales@shop.example" }),
  languages: ["en", "de"],
};

export const sendRequest: SendRequest = {
  sendId: "snd_0123456789abcdefghjkmnpqrs",
  identityId: "idn_0123456789abcdefghjkmnpqrs",
  conversationId,
  to: customer,
  inbox,
  text: "Es kommt morgen – versprochen.\n\n<b>10 €</b> & mehr",
  subject: "Re: Wo bleibt mein Paket?",
  references: ["first@customers.example", "second@customers.example"],
  isAutomatic: false,
  media: [],
  writtenAt: Date.UTC(2026, 10, 4, 10, 0, 0),
  statusUrl: null,
  secret,
};

const content = new TextEncoder().encode("%PDF-1.7 the bill");

export const file: OutboundFile = {
  url: "https://messages.example.com/files/token",
  contentType: "application/pdf",
  bytes: content.length,
  name: "Rechnung März.pdf",
  read: async () => content,
};

/** A mail of these lines, as it goes over the wire. */
export const mailOf = (...lines: string[]): Buffer => Buffer.from(lines.join("\r\n"));

const folder = new URL("../../../shared/channels/email/samples/", import.meta.url);

/** The golden mails beside the channel, by name. */
export const goldenNames = readdirSync(folder)
  .filter((name) => name.endsWith(".eml"))
  .map((name) => name.slice(0, -".eml".length));

export const goldenMail = (name: string): Buffer => readFileSync(new URL(`${name}.eml`, folder));

export const goldenExpectation = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8"));
