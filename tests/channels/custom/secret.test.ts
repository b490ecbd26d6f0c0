import { expect, it } from "vitest";
import { secretsOf } from "../../../shared/channels/custom/secret.ts";
import { signatures } from "../../../shared/core/standard-webhooks.ts";

const documentWith = (secret: string) => ({ inboxes: { counter: { secret } } });
const ofBytes = (count: number): string => Buffer.alloc(count, 7).toString("base64");

it.each([24, 25, 26, 32, 62, 63, 64])(
  "takes a secret of %i bytes, with its padding and without, and signs by it",
  (count) => {
    for (const text of [ofBytes(count), ofBytes(count).replaceAll("=", "")]) {
      const secrets = secretsOf(documentWith(`whsec_${text}`), "counter");
      expect(signatures(secrets, { id: "1", timestamp: 1, body: "{}" })).toMatch(/^v1,/);
    }
  },
);

it.each([
  ["of 23 bytes", ofBytes(23)],
  ["of 66 bytes", ofBytes(66)],
  ["that is no base 64, by its length", "A".repeat(33)],
  ["that is padded wrongly", `${"A".repeat(32)}=`],
  ["of a sign that base 64 lacks", `${"A".repeat(31)}!`],
])("refuses a secret %s by naming the field, never its value", (_, text) => {
  const read = () => secretsOf(documentWith(`whsec_${text}`), "counter");
  expect(read).toThrow(/inboxes\.counter\.secret/);
  expect(read).not.toThrow(text);
});
